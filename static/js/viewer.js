// The paper beside the form: pictures are shown larger, smaller and turned; PDFs by the browser's own viewer.
"use strict";

const viewer = document.querySelector("[data-viewer]");
const frame = viewer?.querySelector("iframe");
if (frame) {
  const links = [...viewer.querySelectorAll("a[target=paper]")];
  const pane = viewer.querySelector("[data-picture]");
  const picture = pane.querySelector("img");
  const alone = viewer.querySelector("[data-alone]");
  const name = viewer.querySelector("[data-name]");
  let place = Math.max(links.findIndex((link) => link.href === frame.src), 0);
  let zoom = 1;
  let turned = 0;

  // A picture lying on its side takes its height for its width.
  const draw = () => {
    const width = pane.clientWidth * zoom;
    const lies = turned % 180 !== 0;
    const shape = picture.naturalHeight / (picture.naturalWidth || 1);
    picture.style.width = `${lies ? width / (shape || 1) : width}px`;
    picture.style.transform = `rotate(${turned}deg)`;
    const rest = lies ? (picture.offsetWidth - picture.offsetHeight) / 2 : 0;
    picture.style.margin = `${rest}px ${-rest}px`;
  };

  const show = (to) => {
    place = (to + links.length) % links.length;
    const link = links[place];
    const isPhoto = link.dataset.photo !== undefined;
    links.forEach((other) => other.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    alone.href = link.href;
    name.textContent = `${place + 1}/${links.length} · ${link.textContent}`;
    pane.hidden = !isPhoto;
    frame.hidden = isPhoto;
    viewer.querySelectorAll("[data-view=smaller], [data-view=larger], [data-view=turn]").forEach((button) => {
      button.disabled = !isPhoto;
    });
    if (isPhoto) {
      zoom = 1;
      turned = 0;
      picture.src = link.href;
      picture.alt = link.textContent;
    } else if (frame.src !== link.href) frame.src = link.href;
  };

  const acts = {
    previous: () => show(place - 1),
    next: () => show(place + 1),
    smaller: () => { zoom = Math.max(zoom / 1.25, 0.2); draw(); },
    larger: () => { zoom = Math.min(zoom * 1.25, 8); draw(); },
    turn: () => { turned = (turned + 90) % 360; draw(); },
  };
  const keys = { "[": "previous", "]": "next", "-": "smaller", "+": "larger", "=": "larger", r: "turn" };

  // A PDF keeps the keys while the pointer is on it, and gives them back to the page afterwards.
  frame.addEventListener("mouseleave", () => frame.blur());
  picture.addEventListener("load", draw);
  window.addEventListener("resize", draw);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[target=paper]");
    const chosen = link ? links.findIndex((one) => one.href === link.href) : -1;
    if (chosen < 0 || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(chosen);
  });
  viewer.querySelector("[data-tools]").hidden = false;
  viewer.querySelectorAll("[data-view]").forEach((button) => {
    button.addEventListener("click", acts[button.dataset.view]);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (keys[event.key]) acts[keys[event.key]]();
  });
  show(place);
}
