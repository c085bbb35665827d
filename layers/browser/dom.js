// Elements of a page from their tags, properties and children. Every text becomes a node
// of text and is never read as markup; a style goes by its properties, not as text, so
// that it stands under `style-src 'self'`.
const SVG = "http://www.w3.org/2000/svg";
const isGap = (value) => value === null || value === undefined || value === false || value === "";

export function h(tag, properties, ...children) {
  return filled(document.createElement(tag), properties, children);
}

export function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, properties, children) {
  for (const name in properties) {
    const value = properties[name];
    if (value === null || value === undefined || value === false) continue;
    if (name === "style") paint(element, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  add(element, children);
  return element;
}

// puts children, however deep their lists, in the place of those that an element has
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

function add(element, child) {
  if (Array.isArray(child)) child.forEach((part) => add(element, part));
  else if (!isGap(child)) element.append(child);
}

function paint({ style }, properties) {
  for (const name in properties) style.setProperty(name, properties[name]);
}
