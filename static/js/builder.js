// The outline of a form: what is moved stays in sight. Every act is a button that works without this.
"use strict";

const told = document.getElementById("told");
const outline = () => document.getElementById("outline");
const keys = told?.dataset.keys;
let dragged = null;

// Sends an act and shows what came of it: the outline anew, the preview anew, the news read aloud.
async function send(action, focus) {
  const answer = await fetch(action, { method: "POST", body: new FormData(outline()) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const news = page.getElementById("form-outline");
  if (!answer.ok || !news) {
    location.assign(answer.url);
    return;
  }
  document.getElementById("form-outline").replaceWith(news);
  document.querySelectorAll("main > .wrap > .message").forEach((message) => message.remove());
  const messages = [...page.querySelectorAll("main .message[role=status]")];
  messages.forEach((message) => {
    message.removeAttribute("role");
    document.querySelector("main > .wrap:last-child")?.prepend(message);
  });
  told.textContent = messages.map((message) => message.textContent).join(" ");
  const frame = document.getElementById("preview");
  if (frame) frame.src = frame.getAttribute("src");
  prepare();
  document.getElementById(focus)?.focus();
}

function prepare() {
  document.querySelectorAll(".handle").forEach((handle) => {
    handle.hidden = false;
    handle.title = keys;
    const item = handle.closest("[data-item]");
    handle.addEventListener("mousedown", () => (item.draggable = true));
    handle.addEventListener("mouseup", () => (item.draggable = false));
  });
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "outline" || !event.submitter?.dataset.stay) return;
  event.preventDefault();
  delete event.target.dataset.sent;
  send(event.submitter.formAction, event.submitter.closest("[data-item]").id);
});

// Alt with an arrow moves the page or question that has the focus.
document.addEventListener("keydown", (event) => {
  const act = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const item = event.target.closest?.("[data-item]");
  if (!event.altKey || !act || !item) return;
  const button = [...item.querySelectorAll(`[data-stay=${act}]`)].find((one) => one.closest("[data-item]") === item);
  if (!button) return;
  event.preventDefault();
  send(button.formAction, item.id);
});

// Dragging: an item goes before or after another one of a list of the same sort.
const listOf = (item) => item.parentElement.dataset.list;
function clean() {
  document.querySelectorAll(".drop-before, .drop-after").forEach((item) => item.classList.remove("drop-before", "drop-after"));
}
function target(event) {
  let item = event.target.closest?.("[data-item]");
  while (item && (listOf(item) !== listOf(dragged) || item === dragged)) item = item.parentElement.closest("[data-item]");
  return item;
}
function isAfter(item, event) {
  const box = item.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
}
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-item]");
  if (!dragged) return;
  event.dataTransfer.setData("text/plain", dragged.id);
  event.dataTransfer.effectAllowed = "move";
  dragged.classList.add("dragged");
});
document.addEventListener("dragover", (event) => {
  const item = dragged && target(event);
  clean();
  if (!item) return;
  event.preventDefault();
  item.classList.add(isAfter(item, event) ? "drop-after" : "drop-before");
});
document.addEventListener("drop", (event) => {
  const item = dragged && target(event);
  if (!item) return;
  event.preventDefault();
  const others = [...item.parentElement.children].filter((one) => one !== dragged);
  outline().elements.place.value = others.indexOf(item) + (isAfter(item, event) ? 1 : 0);
  outline().elements.page.value = item.parentElement.dataset.page || "";
  send(dragged.dataset.move, dragged.id);
});
document.addEventListener("dragend", () => {
  clean();
  dragged?.classList.remove("dragged");
  if (dragged) dragged.draggable = false;
  dragged = null;
});
prepare();
