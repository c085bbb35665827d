"use strict";
// The OpenAPI document that the page names, drawn by Swagger UI; nothing is asked of
// other hosts: no validator, no fonts.
const holder = document.getElementById("document");
SwaggerUIBundle({
  url: holder.dataset.address,
  domNode: holder,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
