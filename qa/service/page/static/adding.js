// Adding articles from the page: by address or file, one after another, each with its progress and what became of it.

import { make } from "./dom.js";

const KEPT = "whosaid-admin"; // in this tab's storage, until it is closed
const ADDED = { added: "added", replaced: "replaced what was there", unchanged: "already there" };

export class Adding {
  #queue = Promise.resolve();

  // `hooks.added` is called after each article that was, `hooks.tell` announces a line.
  constructor(root, server, hooks) {
    this.server = server;
    this.hooks = hooks;
    for (const id of ["add", "adding", "address", "files", "choose", "token-row", "token", "coming", "view-articles"]) {
      this[id] = root.querySelector(`#${id}`);
    }
    this.add.addEventListener("click", () => this.toggle(this.adding.hidden));
    this.adding.addEventListener("submit", (event) => {
      event.preventDefault();
      const url = this.address.value.trim();
      if (!url) return this.address.focus();
      this.address.value = "";
      this.#take(url, { url });
    });
    this.choose.addEventListener("click", () => this.files.click());
    this.files.addEventListener("change", () => {
      this.#takeAll(this.files.files);
      this.files.value = "";
    });
    this.#droppable(this["view-articles"]);
  }

  // How articles may be added: open, token or off; see desk.py.
  set way(way) {
    this.kind = way;
    this.add.hidden = way === "off";
    this["token-row"].hidden = way !== "token" || Boolean(this.#token);
  }

  toggle(open) {
    this.adding.hidden = !open;
    this.add.setAttribute("aria-expanded", String(open));
    if (open) (this["token-row"].hidden ? this.address : this.token).focus();
  }

  #takeAll(files) {
    for (const file of files) this.#take(file.name, { file });
  }

  #take(name, source) {
    const row = make("li", "arrival");
    const title = make("span", "name", name);
    title.dir = "auto";
    const bar = make("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Progress of ${name}`);
    const state = make("span", "state small", "waiting");
    row.append(title, bar, state);
    this.coming.append(row);
    // One after another: each takes the models for a while.
    this.#queue = this.#queue.then(() => this.#send(name, source, { row, bar, state }));
  }

  async #send(name, source, { row, bar, state }) {
    row.querySelector(".again")?.remove();
    row.className = "arrival";
    bar.hidden = false;
    const progress = (share) => {
      if (share < 1) {
        bar.value = share;
        state.textContent = `sending, ${Math.round(share * 100)} %`;
      } else {
        bar.removeAttribute("value");
        state.textContent = source.url ? "fetching and reading" : "reading";
      }
    };
    progress(source.url ? 1 : 0);
    try {
      const outcome = await this.server.add(source, this.kind === "token" ? this.#token : "", progress);
      row.classList.add("done");
      const { article } = outcome;
      const found = article ? ` · ${article.statements} ${article.statements === 1 ? "statement" : "statements"}` : "";
      state.textContent = `${ADDED[outcome.status] ?? outcome.status}${found}${outcome.reason ? ` (${outcome.reason})` : ""}`;
      if (article) row.querySelector(".name").textContent = article.title;
      this.hooks.tell(`${name}: ${state.textContent}`);
      await this.hooks.added();
    } catch (error) {
      row.classList.add("refused");
      const line = error.message && error.status ? error.message : "the service did not answer";
      state.textContent = line;
      if (error.status === 401 || error.status === 403) this.#refuseToken();
      const again = make("button", "again plain", "Try again");
      again.type = "button";
      again.addEventListener("click", () => {
        this.#queue = this.#queue.then(() => this.#send(name, source, { row, bar, state }));
      });
      row.append(again);
      this.hooks.tell(`${name}: ${line}`);
    }
    bar.hidden = true;
  }

  // What was typed, once; kept as long as it is believed.
  get #token() {
    const typed = this.token.value.trim();
    try {
      if (typed) sessionStorage.setItem(KEPT, typed);
      return sessionStorage.getItem(KEPT) ?? typed;
    } catch {
      return typed;
    }
  }

  #refuseToken() {
    try {
      sessionStorage.removeItem(KEPT);
    } catch {
      // It was never kept.
    }
    this.token.value = "";
    if (this.kind !== "token") return;
    this["token-row"].hidden = false;
    this.token.focus();
  }

  #droppable(view) {
    const brings = (event) => this.kind !== "off" && event.dataTransfer?.types.includes("Files");
    view.addEventListener("dragover", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      view.classList.add("dropping");
    });
    view.addEventListener("dragleave", (event) => {
      if (!view.contains(event.relatedTarget)) view.classList.remove("dropping");
    });
    view.addEventListener("drop", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      view.classList.remove("dropping");
      this.toggle(true);
      this.#takeAll(event.dataTransfer.files);
    });
  }
}
