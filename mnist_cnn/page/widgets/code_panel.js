// A button with data-copied copies the code beside it, and says so, also aloud. Runs in the page's head.
(() => {
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Pages without encryption have no clipboard: an old command copies what is selected.
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copied]");
    if (!button) return;
    const before = button.textContent;
    if (before === button.dataset.copied) return;
    await copy(button.parentElement.querySelector("pre").textContent);
    button.focus();
    button.textContent = document.getElementById("said").textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = before), 2000);
  });
})();
