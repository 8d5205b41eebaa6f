// The checkbox in a table's head selects all rows; a click on a row follows its link.
"use strict";
const all = document.getElementById("action-toggle");
const boxes = document.querySelectorAll("input.action-select");
all?.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
document.querySelectorAll(".rq-clickable").forEach((row) => {
  row.addEventListener("click", (event) => { if (!event.target.closest("a")) row.querySelector("a")?.click(); });
});
