// In a frame a source opens in place, under the answer that cites it: the sentence, marked, and a little around it.

import { calm, fragment, make, modified, narrow } from "./dom.js";

const SOURCES = ".talk .open[data-marker], .talk .chip[data-marker]";
let number = 0;

export class Excerpts {
  #last = null;

  constructor(root, server, panel) {
    this.server = server;
    this.panel = panel;
    // Before the page's own: there a source opens beside the conversation.
    root.addEventListener("click", (event) => this.#clicked(event), true);
    document.addEventListener("keydown", (event) => this.#key(event), true);
    const talk = root.querySelector(".talk");
    new MutationObserver(() => this.#prepare(talk)).observe(talk, { childList: true, subtree: true });
  }

  // Says of every source that it opens and closes.
  #prepare(talk) {
    for (const button of talk.querySelectorAll(`:is(${SOURCES}):not([aria-expanded])`)) {
      button.removeAttribute("aria-controls");
      button.setAttribute("aria-expanded", "false");
    }
  }

  #clicked(event) {
    const button = event.target.closest?.(`${SOURCES}, .excerpt .whole`);
    if (!button) return;
    event.stopPropagation();
    const card = button.closest("[data-cites]");
    const marker = Number(button.dataset.marker);
    if (button.matches(".whole")) this.panel.cite(card, marker);
    else if (button.getAttribute("aria-expanded") === "true" && !button.matches(".chip")) this.#close(card, marker);
    else this.open(card, marker);
  }

  #key(event) {
    const by = { "[": -1, "]": 1 }[event.key];
    if (!by || modified(event) || event.target.closest?.("input, textarea, select")) return;
    const { card, marker } = this.#last ?? {};
    if (!card?.isConnected || this.panel.open) return;
    event.stopPropagation();
    const markers = JSON.parse(card.dataset.cites).map((cite) => cite.marker);
    const next = markers[markers.indexOf(marker) + by];
    if (next) this.open(card, next);
  }

  // Opens the source `marker` of `card` under its line, and closes the one that was open.
  async open(card, marker) {
    if (this.#last && this.#last.card.isConnected) this.#close(this.#last.card, this.#last.marker);
    const cite = JSON.parse(card.dataset.cites).find((one) => one.marker === marker);
    const place = card.querySelector(`.open[data-marker="${marker}"]`);
    if (!cite || !place) return;
    const box = make("div", "excerpt");
    box.id = `excerpt-${++number}`;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `Source ${marker}`);
    this.#last = { card, marker, box };
    for (const button of this.#buttons(card, marker)) {
      button.setAttribute("aria-expanded", "true");
      button.setAttribute("aria-controls", box.id);
      button.setAttribute("aria-current", "true");
    }
    place.parentElement.append(box);
    if (!narrow()) this.panel.cite(card, marker);
    const { article, start, end, sha256 } = cite;
    try {
      const { html } = await this.server.excerpt({ article, marks: [{ marker, start, end }], sha256 });
      box.replaceChildren(fragment(html));
    } catch {
      box.textContent = "The service did not answer. Try again.";
    }
    if (box.isConnected) box.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }

  #close(card, marker) {
    this.#last?.box.remove();
    this.#last = null;
    for (const button of this.#buttons(card, marker)) {
      button.setAttribute("aria-expanded", "false");
      button.removeAttribute("aria-controls");
      button.removeAttribute("aria-current");
    }
  }

  #buttons(card, marker) {
    return card.querySelectorAll(`.open[data-marker="${marker}"], .chip[data-marker="${marker}"]`);
  }
}
