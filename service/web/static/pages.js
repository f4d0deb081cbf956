// The little that htmx does not do: copy the Markdown, and hide what only a page without script needs.
"use strict";

const narrow = window.matchMedia("(max-width: 50rem)");

function prepare(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
  for (const button of root.querySelectorAll("[data-without-script]")) button.hidden = true;
  if (narrow.matches) {
    for (const part of root.querySelectorAll("details.narrow")) part.open = false;
  }
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.value);
    button.textContent = "Copied";
  } catch {
    source.closest("details").open = true;
    source.focus();
    source.select();
    button.textContent = "Selected: copy it";
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

// Ctrl+Enter in the search box searches.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea[name=text]")) {
    event.preventDefault();
    event.target.form.querySelector("button[type=submit]").click();
  }
});

// Filters that a person opened or folded stay so when new results come.
const folded = new Map();
document.addEventListener("htmx:beforeSwap", () => {
  for (const part of document.querySelectorAll(".filters details")) folded.set(part.id, part.open);
});
document.addEventListener("htmx:afterSettle", (event) => {
  prepare(document);
  const said = document.querySelector("[data-said]");
  if (said) document.getElementById("said").textContent = said.dataset.said;
  for (const part of document.querySelectorAll(".filters details")) {
    if (folded.has(part.id)) part.open = folded.get(part.id);
  }
  // On a small screen the results would come below the fold, unseen.
  const asked = event.detail.requestConfig?.elt;
  if (narrow.matches && asked?.dataset.search !== undefined) document.getElementById("found").scrollIntoView();
});

prepare(document);
