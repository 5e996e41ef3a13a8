"""Train it yourself, in a real browser: watched, stopped, kept, loaded again, refused."""

import pytest

from tests.e2e.lesson import SEVEN, draw, expect, expect_answer, open_room, tool

STATE, RUNS = "#training .state", "#training .runs tbody tr"
LONG = 90_000  # ms: a process is started first, beside other tests


def choose(page, label):
    page.locator("#train-settings").get_by_label(label, exact=True).check()


def press(page, name):
    page.locator("#train-tools").get_by_role("button", name=name, exact=True).click()


def finished(page, word="Done"):
    expect(page.locator(STATE)).to_contain_text(word, timeout=LONG)
    expect(page.locator(f"{RUNS} b")).to_have_text("yours")


def accuracy_of(page, row=0):
    words = page.locator(RUNS).nth(row).locator("td").nth(1).inner_text()
    return float(words.split("%")[0].split(":")[-1])


def test_a_network_learns_and_answers_in_the_other_rooms(page):
    open_room(page, "Train")
    expect(page.locator("#train-settings")).to_contain_text("Who suffers, the ConvNet or")
    press(page, "Train")
    finished(page)
    assert accuracy_of(page) > 90  # of 1,000 training digits
    expect(page.locator(STATE)).to_contain_text("You expected 90 to 95 %")
    assert page.locator("#training .accuracy path.solid").get_attribute("d").count("L") > 2
    expect(page.locator("#training .says li")).to_have_count(10)
    assert page.locator("#training canvas.filters").evaluate("it => it.width") == 15
    expect(page.locator("#training .misread figure")).to_have_count(8)
    press(page, "Another seed")
    expect(page.locator(RUNS)).to_have_count(2, timeout=LONG)
    expect(page.locator("#training .accuracy path.pale")).to_have_count(2)
    page.locator(RUNS).first.get_by_role("button", name="Read the test digits").click()
    expect(page.locator(RUNS).first).to_contain_text(" to ", timeout=LONG)
    expect(page.locator(RUNS).last).to_contain_text("Read the test digits")
    open_room(page, "Compare")
    expect(page.locator("#columns section")).to_have_count(4)
    expect(page.locator("#columns section").last).to_contain_text("Yours")
    expect(page.locator("#columns section").last).to_contain_text("5,306")
    open_room(page, "What if")
    expect(page.locator("#whatif-maps section")).to_have_count(4)
    open_room(page, "Convolution")
    expect(page.locator("#wall section")).to_have_count(3)
    open_room(page, "Inside")
    page.locator("#inside-view").get_by_label("Yours, once trained").check()
    expect(page.locator("#channels h3")).to_contain_text("Yours")
    page.reload()
    expect_answer(page, "2")
    open_room(page, "Compare")
    expect(page.locator("#columns section")).to_have_count(4)


def test_pause_step_stop_and_the_learners_digit(page):
    tool(page, "clear")
    draw(page, SEVEN)
    expect_answer(page, "7")
    open_room(page, "Train")
    choose(page, "10,000")
    press(page, "Train")
    expect(page.locator(STATE)).to_contain_text("Step", timeout=LONG)
    press(page, "Pause")
    expect(page.locator(STATE)).to_contain_text("Paused at step")
    before = page.locator(STATE).inner_text()
    press(page, "One step")
    expect(page.locator(STATE)).not_to_have_text(before)
    steps = [int(words.split("step ")[1].split()[0]) for words in
             (before, page.locator(STATE).inner_text())]  # fmt: skip
    assert steps[1] > steps[0]
    press(page, "Go on")
    expect(page.locator(STATE)).to_contain_text("Step")
    press(page, "Stop")
    finished(page, "Stopped at step")


def test_a_second_training_is_declined_and_the_first_goes_on(page):
    open_room(page, "Train")
    choose(page, "10,000")
    press(page, "Train")
    press(page, "Train")  # a double click
    declined = page.locator("#training .declined")
    expect(declined).to_contain_text(
        "Your last training is not over; wait for its end, or press Stop"
    )
    expect(page.locator(STATE)).to_contain_text("Step", timeout=LONG)
    press(page, "Pause")
    expect(page.locator(STATE)).to_contain_text("Paused at step")
    press(page, "Another seed")
    expect(declined).to_contain_text("Your last training is not over")
    expect(page.locator(STATE)).to_contain_text("Paused at step")
    expect(page.locator("#train-tools")).to_contain_text("Go on")
    press(page, "Stop")
    finished(page, "Stopped at step")
    expect(declined).to_be_empty()
    expect(page.locator(RUNS)).to_have_count(1)
    expect(page.locator("#train-tools")).to_contain_text("Pause")


def test_leaving_the_room_stops_the_training(page):
    open_room(page, "Train")
    choose(page, "10,000")
    press(page, "Train")
    expect(page.locator(STATE)).to_contain_text("Step", timeout=LONG)
    open_room(page, "Draw")
    page.wait_for_timeout(1500)
    open_room(page, "Train")
    finished(page, "Stopped at step")


@pytest.mark.parametrize("damage", [False, True])
def test_a_network_is_saved_and_loaded_again(page, tmp_path, damage):
    open_room(page, "Train")
    choose(page, "100")
    press(page, "Train")
    finished(page)
    with page.expect_download() as download:
        page.locator(RUNS).first.get_by_role("button", name="Save").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == ".safetensors"
    content = file.read_bytes()
    file.write_bytes(content[:-100] if damage else content)
    page.evaluate("indexedDB.deleteDatabase('cnn-lesson-network'); localStorage.clear()")
    page.reload()
    expect_answer(page, "2")
    open_room(page, "Train")
    page.locator("#training input[type=file]").set_input_files(file)
    said = page.locator("#training .said")
    if damage:
        expect(said).to_contain_text("The file is damaged, or no weights file of this project")
        open_room(page, "Compare")
        expect(page.locator("#columns section")).to_have_count(3)
    else:
        expect(said).to_contain_text("The network of the file is yours now")
        open_room(page, "Compare")
        expect(page.locator("#columns section")).to_have_count(4)


def test_a_file_that_is_no_network_is_refused_and_the_room_stays_whole(page, tmp_path):
    open_room(page, "Train")
    file, said = tmp_path / "a.safetensors", page.locator("#training .said")
    for content, words in (
        (b"PK" + bytes(100), "The file is damaged, or no weights file of this project."),
        (bytes(100_000_000), "The file has 100,000,000 bytes; at most 8,000,000 are read."),
        (b"", "The file is damaged, or no weights file of this project."),
    ):
        file.write_bytes(content)
        page.locator("#training input[type=file]").set_input_files(file)
        expect(said).to_have_text(words)
    choose(page, "100")
    press(page, "Train")
    finished(page)


def test_what_the_hub_does_not_have_is_said(page):
    open_room(page, "Train")
    page.get_by_label("Repository on the Hub").fill("no name")
    page.get_by_role("button", name="Load from the Hub").click()
    expect(page.locator("#training .said")).to_contain_text("names no repository")
