"use strict";
// The OpenAPI document that the page names, drawn by Swagger UI; nothing is asked of
// other hosts: no validator, no fonts. What it draws is mended for keyboards and screen
// readers as it comes.
const holder = document.getElementById("document");

// a field is called what its row, or the part of the page around it, is called
function nameField(field) {
  const row = field.closest("tr")?.querySelector(".parameter__name");
  const part = field.closest(".opblock-section-request-body, .scheme-container");
  const title = row || part?.querySelector("h4, .servers-title");
  const words = title?.textContent.replace("*", "").trim();
  if (words) field.setAttribute("aria-label", words);
}

// what scrolls is reached by keys
function letScroll(area) {
  const isWide = area.scrollWidth > area.clientWidth;
  if (isWide || area.scrollHeight > area.clientHeight) area.tabIndex = 0;
}

function mend() {
  const all = (selector) => holder.querySelectorAll(selector);
  // what stands beside the main part is found by its name
  for (const part of all(".information-container, .scheme-container, .models")) {
    const title = part.querySelector(".title, .servers-title, h4, .authorize span");
    if (title) {
      part.setAttribute("role", "region");
      part.setAttribute("aria-label", title.textContent.trim());
    }
  }
  // the title of the page stands above all
  for (const head of all("h3, h4, h5")) head.ariaLevel = Number(head.tagName[1]) - 1;
  // a link inside a button is no second thing to press
  for (const link of all("button a[href]")) link.removeAttribute("href");
  // a field and its label have one id
  for (const label of all("label[id]")) label.removeAttribute("id");
  for (const field of all("select, textarea, input")) {
    if (!field.hasAttribute("aria-label")) nameField(field);
  }
  // of several that are open, each says whose answers it has
  for (const table of all("table[role=region]")) {
    const names = ".opblock-summary-method, .opblock-summary-path";
    const words = table.closest(".opblock").querySelectorAll(names);
    table.ariaLabel = [...words].map((word) => word.textContent).join(" ");
  }
  // buttons that are a picture alone
  for (const button of all(".close-modal")) button.ariaLabel = holder.dataset.close;
  for (const button of all("button:has(> .model-toggle:only-child:empty)")) {
    button.ariaLabel = holder.dataset.unfold;
  }
  for (const area of all("pre, .table-container, .table-container table")) letScroll(area);
}

let isDue = false;
function mendSoon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    mend();
  });
}

new MutationObserver(mendSoon).observe(holder, { childList: true, subtree: true });
addEventListener("resize", mendSoon);
SwaggerUIBundle({
  url: holder.dataset.address,
  domNode: holder,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
