// Says the answer to whoever hears the page, also as the name of the paper: in a place that stays,
// since a new one is not read aloud. Runs in the page's head.
document.addEventListener("digit", () => setTimeout(() => {
  const words = document.querySelector("#answer .answer")?.innerText.replace(/\s+/g, " ") ?? "";
  document.getElementById("said").textContent = words;
  const paper = document.querySelector("#sketch [role=img]");
  const name = (paper.dataset.name ??= paper.getAttribute("aria-label"));
  paper.setAttribute("aria-label", `${name}: ${words}`);
}, 100));
