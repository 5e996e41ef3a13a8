"""The one edge round all listeners and endpoints: an answer, or one sentence that says why not."""

import sys
import traceback
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.exceptions import ComponentProcessingError, InvalidPathError
from pydantic import ValidationError

from mnist_cnn.page.queueing import is_program
from mnist_cnn.page.widgets.upload import refusal


class Blocks(gr.Blocks):
    """gr.Blocks that tells a caller nothing of an exception, and the log nothing of the request."""

    async def process_api(self, block_fn: BlockFunction | int, inputs: list, *others, **named):
        """As gr.Blocks does it; what goes wrong is a gr.Error of one sentence."""
        fn = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
        try:
            return await super().process_api(fn, complete(fn, inputs), *others, **named)
        except InvalidPathError:
            raise refusal("This file was not uploaded; send a picture file.") from None
        except (gr.Error, ComponentProcessingError, ValidationError) as error:
            if isinstance(error, gr.Error) and not error.print_exception:
                raise  # of ours
            raise refusal("One argument is none that this accepts; see the API's page.") from None
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[1:]  # without the values
            print(*traceback.format_list(frames), type(error).__name__, file=sys.stderr)
            raise refusal("This could not be answered.") from None


def complete(fn: BlockFunction, inputs: list[Any]) -> list[Any]:
    """The inputs of a listener, with what a program left out at their end.

    Also the first value of a slider whose box was emptied.

    Raises:
        gr.Error: too many came, or too few from a page.
    """
    wanted = len(fn.inputs)
    if len(inputs) > wanted or (len(inputs) < wanted and not is_program(fn)):
        raise refusal(f"{len(inputs)} arguments came; send {wanted}.")
    left_out = [getattr(block, "value", None) for block in fn.inputs[len(inputs) :]]
    return [
        block.value if value is None and isinstance(block, gr.Slider) else value
        for block, value in zip(fn.inputs, [*inputs, *left_out])
    ]
