// The panel beside the conversation: one article, the sentences that an answer cites, and steps between them.

import { calm, copyText, flash, fragment, narrow } from "./dom.js";
import { turnedAway } from "./visit.js";

export class SourcePanel {
  #at = -1;
  #back = null;
  #cites = [];
  #owner = null;
  #request = 0;
  #shown = "";

  constructor(root, server) {
    this.server = server;
    this.root = root;
    for (const id of ["source", "paper", "toolbar", "place", "caption", "previous", "next", "copy", "close", "veil", "key"]) {
      this[id] = root.querySelector(`#${id}`);
    }
    this.desk = [root.querySelector(".left"), root.querySelector(".mast")];
    this.previous.addEventListener("click", () => this.step(-1));
    this.next.addEventListener("click", () => this.step(1));
    this.close.addEventListener("click", () => this.hide());
    this.veil.addEventListener("click", () => this.hide());
    this.copy.addEventListener("click", () => this.copyAt(this.#cites[this.#at], this.copy));
    this.#swipe();
    new ResizeObserver(() => this.#drawBar()).observe(this.paper);
    matchMedia("(max-width: 767px), (max-height: 420px)").addEventListener("change", () => this.hide());
  }

  // Whether a cited sentence is on paper.
  get shows() {
    return this.#at >= 0;
  }

  get open() {
    return this.source.classList.contains("up");
  }

  // Opens the source `marker` of `owner`, the card or row that carries the citations in data-cites.
  async cite(owner, marker, { sheet = true } = {}) {
    const cites = JSON.parse(owner.dataset.cites || "[]");
    const at = cites.findIndex((cite) => cite.marker === marker);
    if (at < 0) return;
    this.#owner = owner;
    this.#cites = cites;
    this.#at = at;
    if (sheet) this.#rise();
    await this.#show();
  }

  // Shows an article with nothing marked.
  async read(article, { sheet = true } = {}) {
    this.#owner = null;
    this.#cites = [];
    this.#at = -1;
    if (sheet) this.#rise();
    await this.#load({ article }, `read:${article}`);
    this.paper.scrollTop = 0;
    this.#chrome();
  }

  blank(words) {
    const note = document.createElement("p");
    note.className = "blank";
    note.textContent = words;
    this.paper.replaceChildren(note);
  }

  step(by) {
    const to = this.#at + by;
    if (this.#at < 0 || to < 0 || to >= this.#cites.length) return;
    this.#at = to;
    this.#show();
  }

  hide() {
    this.source.classList.remove("up");
    this.source.removeAttribute("role");
    this.source.removeAttribute("aria-modal");
    this.veil.hidden = true;
    for (const part of this.desk) part.inert = false;
    this.#back?.focus?.({ preventScroll: true });
    this.#back = null;
  }

  async copyAt(cite, button) {
    if (cite?.copy && (await copyText(cite.copy))) flash(button, "copied");
  }

  #rise() {
    if (!narrow() || this.open) return;
    this.#back = document.activeElement;
    this.source.classList.add("up");
    this.source.setAttribute("role", "dialog");
    this.source.setAttribute("aria-modal", "true");
    this.veil.hidden = false;
    for (const part of this.desk) part.inert = true;
    this.close.focus({ preventScroll: true });
  }

  async #show() {
    const cite = this.#cites[this.#at];
    const marks = this.#cites
      .filter((other) => other.article === cite.article)
      .map(({ marker, start, end }) => ({ marker, start, end }));
    const key = JSON.stringify([cite.article, marks, cite.sha256]);
    this.#chrome();
    if (await this.#load({ article: cite.article, marks, sha256: cite.sha256 }, key)) {
      this.#lead(cite);
      this.#light(cite.marker);
    }
  }

  // Puts what `opened` asks for on paper; false where another request overtook this one.
  async #load(opened, key) {
    const request = ++this.#request;
    if (key === this.#shown) return true;
    try {
      const { html } = await this.server.source(opened);
      if (request !== this.#request) return false;
      this.paper.replaceChildren(fragment(html));
      // Numbers and bar go to the side where the lines begin.
      const para = this.paper.querySelector(".para");
      this.paper.classList.toggle("rtl", para !== null && getComputedStyle(para).direction === "rtl");
      this.#shown = key;
    } catch (error) {
      if (request === this.#request) {
        this.blank(turnedAway(error)?.join(" ") ?? "The service did not answer, so the article cannot be shown.");
        this.#shown = "";
      }
      return false;
    }
    return true;
  }

  // The way to the original leads to the sentence that is shown.
  #lead({ original }) {
    const link = this.paper.querySelector("a.original");
    if (link && original) link.href = original;
  }

  #light(marker) {
    const lit = [];
    for (const mark of this.paper.querySelectorAll("mark.cited")) {
      const on = mark.dataset.markers.split(" ").includes(String(marker));
      mark.classList.toggle("on", on);
      if (on) lit.push(mark);
    }
    this.#drawBar();
    if (!lit.length) return;
    const paper = this.paper.getBoundingClientRect();
    const top = lit[0].getBoundingClientRect().top - paper.top + this.paper.scrollTop;
    this.paper.scrollTo({ top: Math.max(0, top - paper.height / 3), behavior: calm() ? "auto" : "smooth" });
  }

  // A bar in the margin along the lines of the sentence: colour alone would not reach everybody.
  #drawBar() {
    const text = this.paper.querySelector(".text");
    if (!text) return;
    for (const bar of text.querySelectorAll(".bar")) bar.remove();
    const home = text.getBoundingClientRect();
    const spans = new Map();
    for (const mark of text.querySelectorAll("mark.on")) {
      const block = mark.parentElement;
      const box = mark.getBoundingClientRect();
      const [top, bottom] = spans.get(block) ?? [box.top, box.bottom];
      spans.set(block, [Math.min(top, box.top), Math.max(bottom, box.bottom)]);
    }
    for (const [top, bottom] of spans.values()) {
      const bar = document.createElement("div");
      bar.className = "bar";
      bar.style.top = `${top - home.top}px`;
      bar.style.height = `${bottom - top}px`;
      text.append(bar);
    }
  }

  #chrome() {
    const cite = this.#cites[this.#at];
    const many = this.#cites.length;
    this.toolbar.hidden = !cite;
    this.key.hidden = !cite;
    this.place.textContent = cite ? `source ${this.#at + 1} of ${many}` : "";
    this.caption.textContent = cite ? cite.caption : "";
    this.caption.title = this.caption.textContent;
    this.previous.hidden = this.next.hidden = many < 2;
    this.previous.disabled = this.#at <= 0;
    this.next.disabled = this.#at >= many - 1;
    this.copy.hidden = !cite?.copy;
    for (const old of this.root.querySelectorAll(".left [aria-current]")) old.removeAttribute("aria-current");
    if (!cite) return;
    const owned = this.#owner.matches(".open") ? [this.#owner] : this.#owner.querySelectorAll("[data-marker]:not(.copy)");
    for (const button of owned) {
      if (Number(button.dataset.marker) === cite.marker) button.setAttribute("aria-current", "true");
    }
  }

  #swipe() {
    let from = null;
    this.source.addEventListener("touchstart", (event) => {
      const held = this.paper.contains(event.target) && this.paper.scrollTop > 0;
      from = held ? null : event.touches[0].clientY;
    }, { passive: true });
    this.source.addEventListener("touchend", (event) => {
      if (from !== null && this.open && event.changedTouches[0].clientY - from > 80) this.hide();
      from = null;
    }, { passive: true });
  }
}
