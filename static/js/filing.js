// A page of the form is saved while it is typed; without this script the buttons save it.
"use strict";

const form = document.querySelector("form[data-autosave]");
const quiet = form.querySelector("[data-saved]");
const trouble = form.querySelector("[data-trouble]");
const SOON = 400; // ms after a question was left
const WHILE_TYPING = 2500;
const LONGEST = 60000;
let sequence = 0;
let timer = 0;
let busy = false;
let wait = 0; // grows while the portal cannot be reached
let uploading = null;
let sending = false;
let lastTold = quiet.textContent;
let saved = isTouched() ? "" : state().toString();

// What was typed before this script came, or what the browser put back on going back, is saved, too.
function isTouched() {
  return [...form.elements].some((box) => {
    if (box.type === "radio" || box.type === "checkbox") return box.checked !== box.defaultChecked;
    if (box.options) return [...box.options].some((one) => one.defaultSelected && !one.selected);
    return box.matches("input:not([type=hidden]):not([type=file]), textarea") && box.value !== box.defaultValue;
  });
}

function state() {
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") data.append(name, value);
  }
  return data;
}

// The clock keeps the order also when the browser rebuilt the page from its memory.
function next() {
  sequence = Math.max(Date.now(), sequence + 1);
  return String(sequence);
}

// Signing in anew in another tab changes the token: the cookie has the one that counts.
function token() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found ? found[1] : form.elements.csrfmiddlewaretoken.value;
}

function tell(text, link, address) {
  if (text) quiet.textContent = lastTold;
  trouble.replaceChildren(text, " ");
  if (link) {
    const way = document.createElement(address ? "a" : "button");
    way.textContent = link;
    if (address) way.href = address;
    else Object.assign(way, { type: "submit", name: "act", value: "compare", className: "button second" });
    trouble.append(way);
  }
  trouble.hidden = !text;
}

function soon(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, Math.max(delay, wait));
}

async function save() {
  clearTimeout(timer);
  const now = state();
  if (busy || sending || now.toString() === saved) return;
  busy = true;
  quiet.textContent = quiet.dataset.saving;
  const sent = now.toString();
  now.append("sequence", next());
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body: now,
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      redirect: "manual",
      keepalive: sent.length < 30000,
    });
    await hear(answer, sent);
  } catch {
    later(trouble.dataset.offline);
  }
  busy = false;
  if (!wait && state().toString() !== saved) soon(SOON);
}

async function hear(answer, sent) {
  if (answer.type === "opaqueredirect") {
    saved = sent; // the portal keeps it until its writer has signed in
    tell(trouble.dataset.expired, trouble.dataset.signInAgain, form.dataset.signIn);
  } else if (answer.ok) {
    wait = 0;
    saved = sent;
    tell("");
    lastTold = quiet.textContent = quiet.dataset.saved.replace("{at}", (await answer.json()).at);
  } else if (answer.status === 409) {
    saved = sent;
    tell((await answer.json()).trouble, trouble.dataset.compare);
  } else if (answer.status === 410) {
    const said = await answer.json();
    saved = sent;
    tell(said.trouble, said.link, said.next);
  } else {
    later(trouble.dataset.offline, Number(answer.headers.get("Retry-After")) * 1000);
  }
}

function later(text, asked) {
  wait = Math.min(Math.max(wait * 2, 2000, asked || 0), LONGEST);
  tell(text);
  soon(wait);
}

// A chosen file goes up at once; the rest of the page stays as it is. Returns the place of the paper as it is then.
async function upload(input) {
  const data = new FormData(form);
  data.set("paper_act", "add:");
  data.set("csrfmiddlewaretoken", token());
  data.set("sequence", next());
  const place = input.closest("[data-paper]");
  place.setAttribute("aria-busy", "true");
  quiet.textContent = quiet.dataset.uploading;
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
    if (!answer.ok) return null; // what keeps it from arriving is told when the page is sent
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(place.id);
    if (!fresh) return null;
    place.replaceWith(fresh);
    fresh.querySelector("input[type=file]").focus();
    return fresh;
  } catch {
    return null; // the file stays chosen and goes up with the page
  } finally {
    place.removeAttribute("aria-busy");
    quiet.textContent = lastTold;
  }
}

form.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.files.length) {
    const mine = Promise.resolve(uploading).then(() => upload(event.target));
    uploading = mine;
    mine.then(() => {
      if (uploading === mine) uploading = null;
    });
  } else soon(SOON);
});
form.addEventListener("input", () => soon(WHILE_TYPING));
form.addEventListener("focusout", () => soon(SOON));
window.addEventListener("online", () => {
  wait = 0;
  save();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
window.addEventListener("pagehide", save);
window.addEventListener("pageshow", () => {
  sending = false;
  soon(SOON);
});

form.addEventListener("submit", async (event) => {
  if (uploading) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const pressed = event.submitter;
    const place = await uploading;
    const remark = place?.querySelector(".remark, .error");
    if (remark) remark.scrollIntoView({ block: "center" }); // whoever was quick sees it first
    else if (form.requestSubmit) form.requestSubmit(pressed?.isConnected ? pressed : null);
    else form.submit();
    return;
  }
  sending = true;
  clearTimeout(timer);
  form.elements.csrfmiddlewaretoken.value = token();
  let place = form.elements.sequence;
  if (!place) {
    place = Object.assign(document.createElement("input"), { type: "hidden", name: "sequence" });
    form.append(place);
  }
  place.value = next();
}, true);
