// A long list gets a box to type into; without scripts it is an ordinary list. Marks on letters need not be typed.
const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();

document.querySelectorAll("[data-searchable]").forEach((frame) => {
  const list = frame.querySelector("select");
  const all = [...list.options];
  const box = document.createElement("input");
  const count = document.createElement("span");
  box.type = "search";
  box.autocomplete = "off";
  box.placeholder = frame.dataset.label;
  box.setAttribute("aria-label", frame.dataset.label);
  count.className = "muted small";
  count.setAttribute("role", "status");
  frame.prepend(box, count);

  box.addEventListener("input", () => {
    const words = folded(box.value).split(/\s+/).filter(Boolean);
    const fits = (option) => words.every((word) => folded(option.text).includes(word));
    const chosen = list.value;
    const found = all.filter((option) => option.value && fits(option));
    list.replaceChildren(...all.filter((option) => !option.value || option.value === chosen || fits(option)));
    list.value = words.length && found.length === 1 ? found[0].value : chosen;
    count.textContent = words.length ? `${found.length} ${frame.dataset.count}` : "";
  });
});
