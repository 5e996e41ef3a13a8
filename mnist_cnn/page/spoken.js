// Says the answer to whoever hears the page, also as the name of the paper: in a place that stays,
// since a new one is not read aloud. Runs in the page's head.
document.addEventListener("digit", () => setTimeout(() => {
  const parts = document.querySelectorAll("#answer .answer > *"); // maybe in a closed room: no innerText
  const texts = [...parts].flatMap((it) => [...it.childNodes].map((part) => part.textContent.trim()));
  const words = texts.filter(Boolean).join(" ");
  document.getElementById("said").textContent = words;
  const paper = document.querySelector("#sketch canvas");
  const name = (paper.dataset.name ??= paper.getAttribute("aria-label"));
  paper.setAttribute("aria-label", `${name}: ${words}`);
}, 100));
