// The picker of articles and the two lists: who said what, and the articles.

import { fragment, later } from "./dom.js";
import { turnedAway } from "./visit.js";

const UNREACHED = "The service did not answer. Try again.";

export class Picker {
  #titles = {};
  #picked = new Set();

  constructor(root, server, changed) {
    this.server = server;
    this.changed = changed;
    for (const id of ["pick", "picked", "choices", "find", "boxes", "all"]) this[id] = root.querySelector(`#${id}`);
    this.pick.addEventListener("click", () => this.toggle(this.choices.hidden));
    this.all.addEventListener("click", () => {
      this.#picked.clear();
      this.#tick();
      this.toggle(false);
    });
    this.boxes.addEventListener("change", ({ target }) => {
      if (target.checked) this.#picked.add(target.value);
      else this.#picked.delete(target.value);
      this.#tick();
    });
    this.find.addEventListener("input", later(150, async () => this.fill(await this.server.shelf({ find: this.find.value }))));
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.choices.hidden && !target.closest(".picker")) this.toggle(false);
    });
  }

  get articles() {
    return [...this.#picked];
  }

  get open() {
    return !this.choices.hidden;
  }

  toggle(open) {
    const held = this.choices.contains(document.activeElement);
    this.choices.hidden = !open;
    this.pick.setAttribute("aria-expanded", String(open));
    if (open) this.find.focus();
    else if (held) this.pick.focus();
  }

  fill({ choices_html: html, titles }) {
    this.#titles = { ...this.#titles, ...titles };
    this.boxes.replaceChildren(fragment(html));
    this.#tick();
  }

  #tick() {
    for (const box of this.boxes.querySelectorAll("input")) box.checked = this.#picked.has(box.value);
    const [only] = this.#picked;
    const one = this.#titles[only] ?? "1 article";
    this.picked.textContent = this.#picked.size === 0 ? "All articles" : this.#picked.size === 1 ? one : `${this.#picked.size} articles`;
    this.changed();
  }
}

export class Lists {
  #stale = true;

  constructor(root, server, picker) {
    this.server = server;
    this.picker = picker;
    for (const id of ["speaker", "mode", "about", "table", "shelf", "find-article", "filters"]) this[id] = root.querySelector(`#${id}`);
    const again = later(150, () => this.#statements());
    this.speaker.addEventListener("change", again);
    this.mode.addEventListener("change", again);
    this.about.addEventListener("input", again);
    this.filters.addEventListener("submit", (event) => event.preventDefault());
    const find = this["find-article"];
    find.addEventListener("input", later(150, async () => this.articles(await this.server.shelf({ find: find.value }))));
  }

  articles({ articles_html: html }) {
    this.shelf.replaceChildren(fragment(html));
  }

  stale() {
    this.#stale = true;
  }

  async show() {
    if (this.#stale) await this.#statements();
  }

  async #statements() {
    const wanted = { speaker: this.speaker.value, mode: this.mode.value, about: this.about.value, articles: this.picker.articles };
    try {
      const { html, speakers_html: speakers } = await this.server.statements(wanted);
      this.speaker.replaceChildren(fragment(speakers));
      this.table.replaceChildren(fragment(html));
      this.table.scrollTop = 0;
      this.#stale = false;
    } catch (error) {
      this.table.textContent = turnedAway(error)?.join(" ") ?? UNREACHED;
    }
  }
}
