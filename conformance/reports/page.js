"use strict";
// Shows the cases whose text has every word of the filter box, and whose verdict is ticked.
const form = document.querySelector(".filter");
const words = form.querySelector("[type=search]");
const boxes = [...form.querySelectorAll("[type=checkbox]")];
const shown = form.querySelector("output");
const cases = [...document.querySelectorAll("[data-case]")];
const rows = [...document.querySelectorAll(".matrix tbody tr")];
const texts = new Map([...document.querySelectorAll("#cases tr[data-case]")]
  .map(row => [row.dataset.case, row.textContent.toLowerCase()]));

function filter() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(word => word);
  const verdicts = new Set(boxes.filter(box => box.checked).map(box => box.value));
  const seen = new Set();
  for (const each of cases) {
    const text = texts.get(each.dataset.case) ?? "";
    const fits = verdicts.has(each.dataset.verdict) && wanted.every(word => text.includes(word));
    each.hidden = !fits;
    if (fits) seen.add(each.dataset.case);
  }
  for (const row of rows) row.hidden = !row.querySelector("[data-case]:not([hidden])");
  shown.textContent = `${seen.size} of ${texts.size} cases`;
}

form.hidden = false;
form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("input", filter);
filter();
