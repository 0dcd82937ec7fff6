// Small tools over the document. Strings from the service enter it in two ways only: HTML that the service escaped
// (the fields it calls html), and textContent.

export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function later(wait, action) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}

// The clipboard is closed to pages that came over plain http from another machine; selecting a text area still works.
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    const before = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus?.();
    return done;
  }
}

export function flash(button, word) {
  const said = button.firstChild;
  const before = said.textContent;
  if (before === word) return;
  said.textContent = word;
  setTimeout(() => {
    said.textContent = before;
  }, 1400);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const narrow = () => matchMedia("(max-width: 767px), (max-height: 420px)").matches;

// Whether a key is pressed for something else. Many keyboards type [ and ] with AltGr or Option.
export function modified(event) {
  const typed = event.getModifierState("AltGraph") || (event.altKey && !event.ctrlKey);
  if (typed && (event.key === "[" || event.key === "]")) return event.metaKey;
  return event.ctrlKey || event.metaKey || event.altKey;
}
