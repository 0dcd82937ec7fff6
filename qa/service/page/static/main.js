// The page: a conversation, the sources of its answers beside it, two lists. The service makes all HTML; see desk.py.

import { Adding } from "./adding.js";
import { Compact } from "./compact.js";
import { fragment, later, make, modified, narrow } from "./dom.js";
import { History, recalled, sent } from "./history.js";
import { Lists, Picker } from "./lists.js";
import { Service } from "./service.js";
import { SourcePanel } from "./source.js";
import { tokenOfAddress, turnedAway } from "./visit.js";
import { voting } from "./votes.js";

const PATIENCE = 300; // milliseconds until the outline of a card shows that an answer is being made
const REMEMBERED = 6; // turns that go with a question, so that it can be understood
const BEAT = 80; // milliseconds between two looks at the words that have come
const UNREACHED = "The service did not answer. Your question is kept.";
const STOPPED = "Stopped.";

export function begin(element) {
  const root = element.querySelector("#ws");
  const service = new Service();
  service.token = tokenOfAddress();
  const compact = document.documentElement.dataset.page === "compact" ? new Compact(root) : null;
  const page = new Page(root, compact?.scope(service) ?? service);
  compact?.meet(page, service);
  page.open();
}

class Page {
  #limit = Infinity;
  #turns = [];
  #under = null; // what is being asked: { slot, question, stop }

  constructor(root, server) {
    this.root = root;
    this.server = server;
    for (const id of ["talk", "form", "question", "send", "limit", "new", "live", "theme", "whom"]) this[id] = root.querySelector(`#${id}`);
    this.panel = new SourcePanel(root, server);
    this.picker = new Picker(root, server, () => this.lists?.stale());
    this.lists = new Lists(root, server, this.picker);
    this.history = new History(root, server, { tell: (line) => this.#announce(line), forgotten: () => this.#restart() });
    this.adding = new Adding(root, server, { tell: (line) => this.#announce(line), added: () => this.#restocked() });
    this.tabs = [...root.querySelectorAll("[role=tab]")];
    this.#listen();
    this.#theme(document.documentElement.dataset.theme);
  }

  async open() {
    this.#measure();
    if (!narrow()) this.question.focus({ preventScroll: true });
    this.opening = await this.#opened();
    this.#limit = this.opening.max_question_chars;
    this.picker.fill(this.opening);
    this.lists.articles(this.opening);
    this.adding.way = this.opening.adding;
    this.whom.replaceChildren(fragment(this.opening.speakers_html));
    this.#greet();
    this.#measure();
    await this.#recall();
    if (this.panel.shows) {
      // The last answer's source is open.
    } else if (this.opening.first) this.panel.read(this.opening.first, { sheet: false });
    else this.panel.blank("Articles are read here.");
    this.root.dataset.ready = "true";
    this.root.dispatchEvent(new Event("whosaid:opened"));
  }

  // What the page begins with, asked for until it comes: a service that is still loading, or was restarted, comes back.
  async #opened() {
    for (let said = ""; ; ) {
      try {
        return await this.server.opening();
      } catch (error) {
        const loading = error.code === "not_ready";
        const away = turnedAway(error);
        const words = away ?? (loading
          ? ["Getting ready …", "The models are being loaded. The page opens by itself."]
          : ["The service does not answer.", error.message && error.status ? error.message : "The page opens as soon as it does."]);
        if (said !== words[0]) {
          said = words[0];
          const note = make("div", `welcome ${away ? "away" : loading ? "loading" : "gone"}`);
          note.append(make("h2", "", words[0]), make("p", "", words[1]));
          this.talk.replaceChildren(note);
          this.panel.blank("");
          this.#announce(words.join(" "));
        }
        if (away) await this.server.newcomer();
        else await new Promise((wake) => setTimeout(wake, loading ? 500 : 3000));
      }
    }
  }

  // The conversation that this browser has kept, as it would be answered for now.
  async #recall() {
    const { turns, before } = this.history.last();
    if (!turns.length) return;
    try {
      const { cards } = await this.server.restore({ turns: sent(turns) });
      if (!cards.length) return;
      this.talk.replaceChildren(...recalled(cards, turns));
      this.#revive(cards);
      this.#turns = cards.map((reply) => reply.turn).filter(Boolean);
      this.new.hidden = false;
      if (before) this.talk.prepend(this.#earlier(before));
      const last = cards.at(-1);
      if (last.cites?.length && !narrow()) {
        await this.panel.cite(this.talk.querySelector(".slot:last-child [data-cites]"), last.cites[0].marker, { sheet: false });
      }
      this.talk.scrollTop = this.talk.scrollHeight;
    } catch {
      this.#greet(); // what is kept stays kept
    }
  }

  // Gives back to cards that were put in again, first in the conversation, what makes them work.
  #revive(cards) {
    const slots = this.talk.querySelectorAll(".slot");
    cards.forEach(({ answer }, number) => {
      const card = slots[number].querySelector("[data-cites]");
      if (card) voting(card, answer, this.server, (line) => this.#announce(line));
    });
  }

  // The button that brings back what was asked before `from`.
  #earlier(from) {
    const button = make("button", "earlier plain", `Show ${from} earlier ${from === 1 ? "question" : "questions"}`);
    button.type = "button";
    button.addEventListener("click", async () => {
      const turns = this.history.earlier(from);
      try {
        const { cards } = await this.server.restore({ turns: sent(turns) });
        button.replaceWith(...recalled(cards, turns));
        this.#revive(cards);
        this.talk.scrollTop = 0;
        this.talk.focus({ preventScroll: true });
      } catch {
        this.#announce(UNREACHED);
      }
    });
    return button;
  }

  // After an article was added: the lists and the greeting as they would be now.
  async #restocked() {
    const first = !this.opening.first;
    this.opening = await this.server.opening();
    this.picker.fill(this.opening);
    this.lists.articles(this.opening);
    this.lists.stale();
    this.whom.replaceChildren(fragment(this.opening.speakers_html));
    if (this.talk.querySelector(".welcome")) this.#greet();
    if (first && this.opening.first) this.panel.read(this.opening.first, { sheet: false });
  }

  #greet() {
    this.talk.replaceChildren(fragment(this.opening.welcome_html));
    if (!this.opening.first && this.opening.adding !== "off" && document.documentElement.dataset.page === "full") {
      const add = make("button", "push", "Add an article");
      add.type = "button";
      add.addEventListener("click", () => {
        this.show(this.tabs[2]);
        this.adding.toggle(true);
      });
      this.talk.querySelector(".welcome").append(add);
    }
    this.new.hidden = true;
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.question.value.trim()) this.ask(this.question.value);
      else if (this.#under) this.#stop();
    });
    this.question.addEventListener("input", () => this.#measure());
    this.question.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.ask(this.question.value);
    });
    this.whom.addEventListener("change", () => this.#about(this.whom.value));
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
    else if (button.matches(".card .again")) this.ask(button.dataset.question || this.question.value || this.last);
    else if (button.matches(".chip, .open")) this.panel.cite(button.closest("[data-cites]"), Number(button.dataset.marker));
    else if (button.matches(".read")) {
      this.panel.read(button.dataset.article).then(() => button.setAttribute("aria-current", "true"));
    } else if (button.matches(".cite .copy")) {
      const cites = JSON.parse(button.closest("[data-cites]").dataset.cites);
      this.panel.copyAt(cites.find((cite) => cite.marker === Number(button.dataset.marker)), button);
    }
  }

  #key(event) {
    if (modified(event) || event.isComposing) return;
    if (event.key === "Escape") {
      if (this.picker.open) this.picker.toggle(false);
      else if (this.history.open) this.history.toggle(false);
      else if (this.panel.open) this.panel.hide();
      else if (this.#under) this.#stop();
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

  // Begins a question about a speaker, where none was begun; the reader goes on with it.
  #about(name) {
    const begun = this.question.value.trim();
    if (!begun || begun === this.begun) {
      this.begun = name ? `What did ${name} say about` : "";
      this.question.value = name ? `${this.begun} ` : "";
      this.#measure();
    }
    this.show(this.tabs[0]);
    this.question.focus();
  }

  // Lets the field grow with its words, and says when there are too many before they are sent.
  #measure() {
    this.question.style.height = "auto";
    this.question.style.height = `${this.question.scrollHeight}px`;
    const length = [...this.question.value.trim()].length;
    const over = length - this.#limit;
    this.limit.textContent = over > 0 ? `Too long by ${over.toLocaleString("en")} of ${this.#limit.toLocaleString("en")} characters.` : "";
    const stops = this.#under !== null && length === 0;
    this.send.disabled = !this.opening || over > 0 || (length === 0 && !stops);
    this.send.classList.toggle("stops", stops);
    this.send.setAttribute("aria-label", stops ? "Stop" : "Ask");
    this.send.title = stops ? "Esc" : "Enter";
  }

  async ask(words) {
    const question = words.trim();
    if (!question || !this.opening || [...question].length > this.#limit) return;
    this.#stop();
    this.last = question;
    this.show(this.tabs[0]);
    this.talk.querySelector(".welcome")?.remove();
    for (const old of this.talk.querySelectorAll(".card .questions")) old.remove();
    const asked = make("div", "asked", question);
    asked.dir = "auto";
    const slot = make("div", "slot");
    this.talk.append(asked, slot);
    this.question.value = this.whom.value = "";
    asked.scrollIntoView({ block: "start" });
    const stop = new AbortController();
    const under = { slot, question, stop };
    this.#under = under;
    this.#measure();
    const writing = this.#writing(slot);
    try {
      const sent = { question, turns: this.#turns.slice(-REMEMBERED), articles: this.picker.articles };
      const reply = await this.server.ask(sent, writing.add, stop.signal);
      writing.end();
      if (this.#under === under) this.#answered(slot, reply);
    } catch (error) {
      writing.end();
      if (this.#under === under) this.#failed(slot, question, error);
    } finally {
      if (this.#under === under) this.#under = null;
      this.#measure();
    }
  }

  // The answer in the making: its outline once it takes a while, then its words as they come. Words that come with the
  // card are never drawn, so that what is there at once appears once.
  #writing(slot) {
    let shown = "";
    let come = "";
    const draw = () => {
      if (shown === come) return;
      shown = come;
      const card = make("div", "making");
      card.append(...come.trim().split("\n").map((line) => Object.assign(make("p", "words", line), { dir: "auto" })));
      slot.replaceChildren(card);
    };
    const outline = setTimeout(() => {
      if (!shown) slot.replaceChildren(fragment('<div class="outline" aria-hidden="true"><i></i><i></i><i></i></div>'));
    }, PATIENCE);
    const beat = setInterval(draw, BEAT);
    this.talk.setAttribute("aria-busy", "true");
    return {
      add: (piece) => {
        come += piece;
      },
      end: () => {
        clearTimeout(outline);
        clearInterval(beat);
        this.talk.removeAttribute("aria-busy");
      },
    };
  }

  // Ends what is being asked; its place in the conversation says so, and offers the question again.
  #stop() {
    const under = this.#under;
    if (!under) return;
    this.#under = null;
    under.stop.abort();
    this.#refused(under.slot, STOPPED, under.question);
    this.#measure();
  }

  #answered(slot, { html, said, turn, cites, answer }) {
    slot.replaceChildren(fragment(html));
    this.root.dispatchEvent(new CustomEvent("whosaid:answered", { detail: { answer } }));
    this.#announce(said);
    this.new.hidden = false;
    if (turn) this.#turns.push(turn);
    if (answer) this.history.add(answer);
    const card = slot.querySelector("[data-cites]");
    if (card) voting(card, answer, this.server, (line) => this.#announce(line));
    const beside = !narrow() || document.documentElement.dataset.page === "full";
    if (cites?.length && beside) this.panel.cite(card, cites[0].marker, { sheet: false });
    slot.previousElementSibling.scrollIntoView({ block: "start" });
  }

  #failed(slot, question, error) {
    const line = turnedAway(error)?.join(" ") ?? (error.status && error.message ? error.message : UNREACHED);
    this.#refused(slot, line, question);
    if (!this.question.value) this.question.value = question;
    this.#announce(line);
  }

  #refused(slot, line, question) {
    const card = make("article", "card refusal");
    const again = make("button", "again", "Try again");
    again.type = "button";
    again.dataset.question = question;
    const row = make("p");
    row.append(again);
    card.append(make("p", "", line), row);
    slot.replaceChildren(card);
  }

  // Emptied first: the same words twice would not be read twice.
  #announce(words) {
    this.live.textContent = "";
    later(30, () => {
      this.live.textContent = words;
    })();
  }

  #restart() {
    this.#stop();
    this.#turns = [];
    this.history.begin();
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
