// How many papers are ready, and starting again; portal.js remembers the ticks themselves.
"use strict";

const boxes = [...document.querySelectorAll("[data-tick]")];
const told = document.querySelector("[data-ticks-told]");
function tell() {
  const place = document.querySelector("[data-ticked]");
  const done = boxes.filter((box) => box.checked).length;
  place.textContent = place.dataset.words.replace("{done}", done).replace("{all}", boxes.length);
}
if (told && boxes.length) {
  told.hidden = false;
  tell();
  boxes.forEach((box) => box.addEventListener("change", tell));
  document.querySelector("[data-untick]").addEventListener("click", () => {
    boxes.forEach((box) => {
      box.checked = false;
      box.dispatchEvent(new Event("change"));
    });
  });
}
