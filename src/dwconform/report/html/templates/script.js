// Comfort only: filters, copying, folding. Without it everything is there and readable.
"use strict";

for (const filter of document.querySelectorAll("[data-filter]")) {
  const list = document.getElementById(filter.dataset.filter);
  const rows = [...list.querySelectorAll("[data-verdict]")];
  const groups = [...list.querySelectorAll("[data-group]")];
  const text = filter.querySelector("input[type=search]");
  const boxes = [...filter.querySelectorAll("input[type=checkbox]")];
  const count = filter.querySelector("output");
  const words = rows.map((row) => row.textContent.toLowerCase());
  const apply = () => {
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const term = text.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !wanted.has(row.dataset.verdict) || (term !== "" && !words[index].includes(term));
      shown += row.hidden ? 0 : 1;
    });
    for (const group of groups) {
      group.hidden = !group.querySelector("[data-verdict]:not([hidden])");
    }
    count.textContent = `${shown} of ${rows.length} shown`;
  };
  filter.addEventListener("input", apply);
  filter.hidden = false;
  apply();
}

for (const block of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy the command");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  block.previousElementSibling.append(" ", button);
}

const reveal = () => {
  const place = location.hash && document.getElementById(location.hash.slice(1));
  if (!place) return;
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.hidden = false;
  place.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
