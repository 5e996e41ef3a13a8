// A number that is being typed. While a box is empty, or holds less or more than it may (a 1 that
// will be 12), Gradio hears nothing and keeps the last number; a box that is left so shows it again.
// Runs in the page's head.
(() => {
  const last = new WeakMap(); // {box: the last number in it}

  function isBox({ target }) {
    return target.matches?.('input[type="number"]') && !target.closest(".kernel"); // which has its own
  }

  function isNumber({ value, validity }) {
    return value !== "" && !validity.rangeUnderflow && !validity.rangeOverflow;
  }

  document.addEventListener("focusin", (event) => {
    if (isBox(event) && isNumber(event.target)) last.set(event.target, event.target.value);
  });
  for (const kind of ["input", "change"])
    document.addEventListener(kind, (event) => {
      if (!isBox(event)) return;
      if (isNumber(event.target)) last.set(event.target, event.target.value);
      else event.stopImmediatePropagation();
    }, true);
  for (const kind of ["focusout", "keydown"])
    document.addEventListener(kind, (event) => {
      if (!isBox(event) || isNumber(event.target) || (event.key ?? "Enter") !== "Enter") return;
      event.target.value = last.get(event.target) ?? event.target.defaultValue;
    }, true);
})();
