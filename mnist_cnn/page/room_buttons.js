// A room opens at its top. A button with data-room opens that room, as its tab would; the skip link goes
// past the tabs, and a link to a section opens that. Whoever uses the keyboard goes on where the room
// begins. Runs in the page's head.
(() => {
  const openRoom = () =>
    [...document.querySelectorAll("#rooms [role=tabpanel]")].find((panel) => panel.offsetParent);

  function goOn(place) {
    place?.setAttribute("tabindex", "-1");
    place?.focus({ preventScroll: true });
  }

  function openPart(part) {
    part.open = true;
    part.scrollIntoView();
    part.querySelector("summary").focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".skip")) {
      event.preventDefault();
      openRoom().scrollIntoView();
      goOn(openRoom());
    }
    const part = event.target.closest?.("a[href^='#part-']")?.hash.slice(1);
    if (part) {
      event.preventDefault(); // of another address
      openPart(document.getElementById(part));
    }
    if (event.target.closest?.("#rooms [role=tab]")) window.scrollTo(0, 0);
    const room = event.target.closest?.("[data-room]")?.dataset.room;
    if (!room) return;
    document.getElementById(`${room}-button`).click();
    setTimeout(() => goOn(document.querySelector(`#${room} h2`)), 100);
  });
})();
