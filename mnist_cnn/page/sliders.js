// A finger that scrolls the page does not set the slider under it: the slider stands still until the
// finger moves along it, or is lifted where it came down. Runs in the page's head.
(() => {
  const ALONG = 8; // px that a finger moves before it means the slider
  let slider = null, from, before, wanted; // under an undecided finger; where; its numbers

  document.addEventListener("pointerdown", (event) => {
    const isSlider = event.pointerType === "touch" && event.target.matches('input[type="range"]');
    slider = isSlider ? event.target : null;
    [from, before, wanted] = [event.clientX, slider?.value, null];
  }, true);

  document.addEventListener("input", (event) => {
    if (event.target !== slider) return;
    event.stopImmediatePropagation();
    wanted ??= slider.value;
    slider.value = before;
  }, true);

  document.addEventListener("pointermove", (event) => {
    if (slider && Math.abs(event.clientX - from) > ALONG) slider = null;
  }, true);

  document.addEventListener("pointerup", () => {
    const tapped = slider;
    slider = null;
    if (!tapped || wanted === null) return;
    tapped.value = wanted;
    tapped.dispatchEvent(new Event("input", { bubbles: true }));
  }, true);

  document.addEventListener("pointercancel", () => (slider = null), true); // the page scrolls
})();
