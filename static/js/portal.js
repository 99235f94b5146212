// Small helps; every page works without them.
"use strict";

// After a refused form the summary takes the focus, so that readers hear it first.
document.querySelector(".error-summary")?.focus();

// Where a clerk works by keyboard, the first thing to answer or to press takes it.
const FIRST = "input:not([type=hidden], [tabindex='-1']), select, textarea, a, button:not([tabindex='-1'])";
if (!document.querySelector(".error-summary")) {
  const boxes = [...document.querySelectorAll("[data-at-once] :is(" + FIRST + ")")];
  (boxes.find((box) => box.matches("input, select, textarea")) || boxes[0])?.focus();
}

// A table that is wider than the screen is moved by keyboard where the browser does not see to that itself.
document.querySelectorAll(".scroll").forEach((box) => {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// A double click sends a form once; a download leaves the page as it is, and may be asked for again.
document.querySelectorAll("form[method=post]:not([data-download])").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A page that waits for news looks again by itself; without scripts there is a link.
// It never does so under somebody who types.
const waiting = document.querySelector("[data-look-again]");
let isTyped = false;
document.addEventListener("input", () => { isTyped = true; });
if (waiting) setTimeout(() => { if (!isTyped) location.reload(); }, Number(waiting.dataset.lookAgain) * 1000);

// The papers ticked on a procedure's page stay ticked on this device.
document.querySelectorAll("[data-tick]").forEach((box) => {
  const key = "tick:" + box.dataset.tick;
  box.checked = localStorage.getItem(key) === "1";
  box.addEventListener("change", () => localStorage.setItem(key, box.checked ? "1" : "0"));
});

// The desk by keyboard: j/k and arrows move, x chooses, Enter opens, / searches, e goes to the likely action, ? shows the keys.
const rows = [...document.querySelectorAll("[data-row]")];
let place = -1;
function pick(step) {
  if (!rows.length) return;
  rows[place]?.classList.remove("picked");
  place = Math.min(Math.max(place + step, 0), rows.length - 1);
  rows[place].classList.add("picked");
  rows[place].querySelector("a").focus();
}
// Who comes back to a list finds their place and their choice; a case that changed meanwhile is chosen no more.
if (rows.length && document.body.dataset.desk !== undefined) {
  const name = "list:" + location.pathname + location.search;
  const boxes = [...document.querySelectorAll("[name=chosen]")];
  const kept = JSON.parse(sessionStorage.getItem(name) || "{}");
  boxes.forEach((box) => { box.checked = (kept.chosen || []).includes(box.value); });
  const at = rows.findIndex((row) => row.querySelector("a").href === kept.place);
  if (at >= 0) pick(at + 1);
  let isSent = false;
  boxes[0]?.form.addEventListener("submit", () => { isSent = true; });
  document.addEventListener("focusin", (event) => {
    const row = rows.indexOf(event.target.closest("[data-row]"));
    if (row >= 0 && row !== place) { rows[place]?.classList.remove("picked"); place = row; rows[place].classList.add("picked"); }
  });
  window.addEventListener("pagehide", () => {
    const chosen = isSent ? [] : boxes.filter((box) => box.checked).map((box) => box.value);
    sessionStorage.setItem(name, JSON.stringify({ place: rows[place]?.querySelector("a").href, chosen }));
  });
}
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input:not([type=checkbox]), select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = {
    j: () => pick(1),
    k: () => pick(-1),
    ArrowDown: () => pick(1),
    ArrowUp: () => pick(-1),
    x: () => rows[place]?.querySelector("[type=checkbox]")?.click(),
    "/": () => {
      const box = document.querySelector("[data-search]");
      if (box?.checkVisibility?.() === false) box.closest("[popover]")?.showPopover();
      box?.focus();
    },
    e: () => document.querySelector("[data-likely]")?.focus(),
    "?": () => document.querySelector(".hint-keys")?.toggleAttribute("hidden"),
  };
  const scrolls = event.key.startsWith("Arrow") && !rows.length;
  if (document.body.dataset.desk !== undefined && keys[event.key] && !scrolls) {
    event.preventDefault();
    keys[event.key]();
  }
});
