// The page: a conversation, the sources of its answers beside it, two lists. The service makes all HTML; see desk.py.

import { fragment, later, make, narrow } from "./dom.js";
import { Lists, Picker } from "./lists.js";
import { SourcePanel } from "./source.js";

const PATIENCE = 300; // milliseconds until the outline of a card shows that an answer is being made
const REMEMBERED = 6; // turns that go with a question, so that it can be understood
const UNREACHED = "The service did not answer. Your question is kept.";

export function begin(element, server) {
  const root = element.querySelector("#ws");
  new Page(root, server).open();
}

class Page {
  #limit = Infinity;
  #turns = [];
  #waiting = false;
  #talks = 0;

  constructor(root, server) {
    this.root = root;
    this.server = server;
    for (const id of ["talk", "form", "question", "send", "limit", "new", "live", "theme"]) this[id] = root.querySelector(`#${id}`);
    this.panel = new SourcePanel(root, server);
    this.picker = new Picker(root, server, () => this.lists?.stale());
    this.lists = new Lists(root, server, this.picker);
    this.tabs = [...root.querySelectorAll("[role=tab]")];
    this.#listen();
    this.#theme(document.documentElement.dataset.theme);
  }

  async open() {
    this.send.disabled = true;
    if (!narrow()) this.question.focus({ preventScroll: true });
    try {
      this.opening = await this.server.opening({});
    } catch {
      this.talk.replaceChildren(fragment('<div class="welcome empty"><h2>The service does not answer.</h2><p>Reload the page to try again.</p></div>'));
      this.panel.blank("");
      return;
    }
    this.#limit = this.opening.max_question_chars;
    this.picker.fill(this.opening);
    this.lists.articles(this.opening);
    this.#greet();
    this.#measure();
    if (this.opening.first) this.panel.read(this.opening.first, { sheet: false });
    else this.panel.blank("Articles are read here.");
    this.root.dataset.ready = "true";
  }

  #greet() {
    this.talk.replaceChildren(fragment(this.opening.welcome_html));
    this.new.hidden = true;
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.question.value);
    });
    this.question.addEventListener("input", () => this.#measure());
    this.question.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.ask(this.question.value);
    });
    this.new.addEventListener("click", () => this.#restart());
    this.theme.addEventListener("click", () => this.#theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark", true));
    this.root.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    for (const tab of this.tabs) tab.addEventListener("click", () => this.show(tab));
    this.root.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.#arrow(event));
  }

  #clicked({ target }) {
    const button = target.closest("button");
    if (!button) return;
    if (button.matches(".suggestion")) this.ask(button.textContent);
    else if (button.matches(".again")) this.ask(this.question.value || this.last);
    else if (button.matches(".chip, .open")) this.panel.cite(button.closest("[data-cites]"), Number(button.dataset.marker));
    else if (button.matches(".read")) {
      this.panel.read(button.dataset.article).then(() => button.setAttribute("aria-current", "true"));
    } else if (button.matches(".cite .copy")) {
      const cites = JSON.parse(button.closest("[data-cites]").dataset.cites);
      this.panel.copyAt(cites.find((cite) => cite.marker === Number(button.dataset.marker)), button);
    }
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      if (this.picker.open) this.picker.toggle(false);
      else if (this.panel.open) this.panel.hide();
      return;
    }
    if (event.target.closest?.("input, textarea, select")) return;
    if (event.key === "/" && !this.panel.open) {
      event.preventDefault();
      this.show(this.tabs[0]);
      this.question.focus();
    } else if (event.key === "[") this.panel.step(-1);
    else if (event.key === "]") this.panel.step(1);
  }

  #arrow(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = this.tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const to = this.tabs[(at + by + this.tabs.length) % this.tabs.length];
    this.show(to);
    to.focus();
  }

  show(chosen) {
    for (const tab of this.tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      this.root.querySelector(`#${tab.getAttribute("aria-controls")}`).hidden = !on;
    }
    if (chosen.id === "tab-said") this.lists.show();
  }

  // Lets the field grow with its words, and says when there are too many before they are sent.
  #measure() {
    this.question.style.height = "auto";
    this.question.style.height = `${this.question.scrollHeight}px`;
    const length = [...this.question.value.trim()].length;
    const over = length - this.#limit;
    this.limit.textContent = over > 0 ? `Too long by ${over.toLocaleString("en")} of ${this.#limit.toLocaleString("en")} characters.` : "";
    this.send.disabled = this.#waiting || length === 0 || over > 0;
  }

  async ask(words) {
    const question = words.trim();
    if (!question || this.#waiting || [...question].length > this.#limit) return;
    this.#waiting = true;
    this.last = question;
    const talk = this.#talks;
    this.show(this.tabs[0]);
    this.talk.querySelector(".welcome")?.remove();
    for (const old of this.talk.querySelectorAll(".card .questions")) old.remove();
    const asked = make("div", "asked", question);
    asked.dir = "auto";
    const slot = make("div", "slot");
    this.talk.append(asked, slot);
    this.question.value = "";
    this.#measure();
    asked.scrollIntoView({ block: "start" });
    const outline = setTimeout(() => {
      slot.replaceChildren(fragment('<div class="outline" aria-hidden="true"><i></i><i></i><i></i></div>'));
      this.talk.setAttribute("aria-busy", "true");
    }, PATIENCE);
    try {
      const reply = await this.server.ask({ question, turns: this.#turns.slice(-REMEMBERED), articles: this.picker.articles });
      if (talk === this.#talks) this.#answered(slot, reply);
    } catch {
      if (talk === this.#talks) this.#failed(slot, question);
    } finally {
      clearTimeout(outline);
      this.talk.removeAttribute("aria-busy");
      this.#waiting = false;
      this.#measure();
    }
  }

  #answered(slot, { html, said, turn, cites }) {
    slot.replaceChildren(fragment(html));
    this.#announce(said);
    this.new.hidden = false;
    if (turn) this.#turns.push(turn);
    const card = slot.querySelector("[data-cites]");
    if (cites?.length) this.panel.cite(card, cites[0].marker, { sheet: false });
    slot.previousElementSibling.scrollIntoView({ block: "start" });
  }

  #failed(slot, question) {
    slot.replaceChildren(fragment('<article class="card refusal"><p></p><p><button type="button" class="again">Try again</button></p></article>'));
    slot.querySelector("p").textContent = UNREACHED;
    this.question.value = question;
    this.#announce(UNREACHED);
  }

  // Emptied first: the same words twice would not be read twice.
  #announce(words) {
    this.live.textContent = "";
    later(30, () => {
      this.live.textContent = words;
    })();
  }

  #restart() {
    this.#talks += 1;
    this.#turns = [];
    this.#greet();
    this.question.focus();
  }

  #theme(theme, keep = false) {
    document.documentElement.dataset.theme = theme;
    this.theme.setAttribute("aria-pressed", String(theme === "dark"));
    if (!keep) return;
    try {
      localStorage.setItem("whosaid-theme", theme);
    } catch {
      // Storage can be forbidden, in a frame for instance; the choice then lasts until the page is left.
    }
  }
}
