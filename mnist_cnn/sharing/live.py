"""The weights that answer: the shipped ones at once, pulled ones once they are verified."""

from threading import Thread

from mnist_cnn.sharing import hub
from mnist_cnn.sharing.failures import HubError
from mnist_cnn.sharing.weight_set import WeightSet


class LiveWeights:
    """A holder of the WeightSet that answers now.

    Whoever answers a request reads `current` once and keeps to it: it is replaced as a whole.
    """

    def __init__(self, weights: WeightSet):
        self.current = weights


def pull_in_background(live: LiveWeights, repo_id: str, revision: str = "main") -> Thread:
    """Pull a repository in a thread, which is returned; its networks answer once verified.

    Until then, and where it fails, the current set goes on answering; a line in the log says what
    became of it.

    Args:
        repo_id, revision: as for hub.pull.
    """

    def run():
        try:
            live.current = hub.pull(repo_id, revision)
            print(f"weights: {repo_id} at {live.current.commit} answers now", flush=True)
            if not live.current.has_own_guard:
                print("weights: its guard is of an older kind; the shipped one is used", flush=True)
        except HubError as error:
            print(f"weights: those from before go on answering, for {error}", flush=True)

    thread = Thread(target=run, name="hub", daemon=True)
    thread.start()
    return thread
