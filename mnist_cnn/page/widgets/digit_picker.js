// A test digit by its number, or any. Runs once, when Gradio puts it on the page (element, props,
// trigger). The field holds the number of the digit on the table, and nothing where that is another
// picture; head.js says when it changes.
const index = element.querySelector("input"), any = element.querySelector("button");

function use(number) {
  props.value = number;
  trigger("input");
}

function show() {
  if (document.activeElement === index) return; // a number is being typed
  index.value = document.querySelector("#head [data-index]")?.dataset.index ?? "";
}

index.addEventListener("input", () => index.value && use(Number(index.value)));
index.addEventListener("focusout", show);
any.addEventListener("click", () => use(Math.floor(Math.random() * any.dataset.count)));
document.addEventListener("digit", show);
show();
