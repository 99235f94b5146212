// Suggestions under the search box, as a combobox (WAI-ARIA 1.2). Without scripts the form simply searches.
"use strict";

document.querySelectorAll("form[data-suggest]").forEach((form) => {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let asking = null;
  let timer = 0;
  let place = -1;

  list.id = input.id + "-suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  form.append(list, status);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })
    .forEach(([name, value]) => input.setAttribute(name, value));

  function close() {
    list.hidden = true;
    place = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function option(suggestion, number) {
    const item = document.createElement("li");
    const sector = document.createElement("small");
    item.id = list.id + "-" + number;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = suggestion.name.length > 120 ? suggestion.name.slice(0, 119) + "…" : suggestion.name;
    sector.textContent = suggestion.sector;
    item.append(sector);
    item.addEventListener("click", () => location.assign(suggestion.url));
    return item;
  }

  function show(suggestions) {
    close();
    list.replaceChildren(...suggestions.map(option));
    list.hidden = !suggestions.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = suggestions.length ? form.dataset.some.replace("{n}", suggestions.length) : form.dataset.none;
  }

  async function ask() {
    asking?.abort();
    const words = input.value.trim();
    if (words.length < 2) return close();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.suggest + "?q=" + encodeURIComponent(input.value), { signal: asking.signal });
      if (answer.ok) show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") close(); // no network: the form still works
    }
  }

  function choose(step) {
    const items = [...list.children];
    if (list.hidden || !items.length) return;
    items[place]?.setAttribute("aria-selected", "false");
    place = (place + step + items.length + 1) % (items.length + 1);
    if (place === items.length) place = step > 0 ? -1 : items.length - 1;
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    items[place].setAttribute("aria-selected", "true");
    items[place].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[place].id);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const keys = { ArrowDown: () => choose(1), ArrowUp: () => choose(-1), Escape: close };
    if (keys[event.key] && !list.hidden) {
      event.preventDefault();
      keys[event.key]();
    } else if (event.key === "Enter" && place >= 0) {
      event.preventDefault();
      list.children[place].click();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 200));
  list.addEventListener("mousedown", (event) => event.preventDefault());
});
