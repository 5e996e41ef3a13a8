// The button that keeps the current digit. The server sends what the tray needs of it. Runs once, when
// Gradio puts it on the page (element, props, trigger, watch), behind kept.js.
const said = element.querySelector("[role=status]");

element.querySelector("button").addEventListener("click", () => trigger("click"));

watch("value", async () => {
  const { digit, name, weights, refused } = props.value;
  const kept = refused ? null : await received(digit, name, weights);
  const digits = kept && (await store("readwrite"));
  if (digits) {
    await resultOf(digits.add(kept)); // under a number that no digit has had
    document.dispatchEvent(new Event("kept"));
  }
  said.textContent = refused ?? said.dataset[digits ? "kept" : "memory"];
});
