// The little that htmx does not do: copy the Markdown, and hide what only a page without script needs.
"use strict";

function prepare(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
  for (const button of root.querySelectorAll("[data-without-script]")) button.hidden = true;
  if (window.matchMedia("(max-width: 50rem)").matches) {
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

// Filters that a person opened on a small screen stay open when the results come.
let opened = null;
document.addEventListener("htmx:beforeSwap", () => {
  const part = document.querySelector("details.narrow");
  opened = part && part.open;
});
document.addEventListener("htmx:afterSettle", () => {
  prepare(document);
  const part = document.querySelector("details.narrow");
  if (part && opened !== null) part.open = opened;
});

prepare(document);
