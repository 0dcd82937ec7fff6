// The one place from which the page calls the service; whatever a call has to carry is put on it here.

export class Refusal extends Error {
  constructor(status, { code = "error", message = "" } = {}) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export class Service {
  #token = "";
  #given = () => {};
  renew = async () => false; // asks whoever gave the token for another; whether one came

  // A visitor's token, where the page was given one.
  set token(token) {
    this.#token = token;
    this.#given();
  }

  // Until another token is given.
  newcomer = () => new Promise((come) => {
    this.#given = come;
  });

  // Whom the visitor's token names; what this browser keeps is kept for them alone.
  visitor = () => {
    try {
      const claims = this.#token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
      return String(JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(claims), (c) => c.charCodeAt(0)))).sub ?? "");
    } catch {
      return "";
    }
  };

  opening = (scope = {}) => this.#call("opening", scope);
  source = (opened) => this.#call("source", opened);
  excerpt = (opened) => this.#call("excerpt", opened);
  statements = (filtered) => this.#call("statements", filtered);
  shelf = (finding) => this.#call("shelf", finding);
  restore = (conversation) => this.#call("restore", conversation);
  export = async (conversation) => (await this.#post("export", conversation)).blob();
  feedback = (vote) => this.#send("api/feedback", vote);

  // Adds an article, { file } or { url }; `progress` gets the share that was sent. Not by fetch, which tells of none.
  add = ({ file, url }, token, progress) => new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL("api/articles", document.baseURI));
    const shown = token || this.#token;
    if (shown) request.setRequestHeader("authorization", `Bearer ${shown}`);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 1));
    request.addEventListener("error", () => fail(new Refusal(0)));
    request.addEventListener("load", () => {
      let body = {};
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // Something between us and the service answered in its own words.
      }
      if (request.status < 300) done(body);
      else fail(new Refusal(request.status, body.error));
    });
    if (url) {
      request.setRequestHeader("content-type", "application/json");
      request.send(JSON.stringify({ url }));
    } else {
      const form = new FormData();
      form.append("file", file);
      request.send(form);
    }
  });

  // Asks; `spoken` gets each piece of the answer as it comes. Gives the card, or throws where the way to it broke.
  async ask(asked, spoken, signal) {
    const response = await this.#post("ask", asked, signal);
    for await (const [name, data] of events(response.body)) {
      if (name === "token") spoken(data.text);
      else if (name === "card") return data;
    }
    throw new Refusal(response.status, { code: "broken_off" });
  }

  async #call(name, asked) {
    return (await this.#post(name, asked)).json();
  }

  #post(name, asked, signal) {
    return this.#send(`desk/${name}`, asked, signal);
  }

  async #send(path, body, signal, again = true) {
    const headers = { "content-type": "application/json" };
    const token = this.#token;
    if (token) headers.authorization = `Bearer ${token}`;
    const response = await fetch(new URL(path, document.baseURI), { method: "POST", headers, body: JSON.stringify(body), signal });
    if (response.ok) return response;
    const { error } = await response.json().catch(() => ({}));
    // Another token may have come since; and where this one is merely too old, another may be had.
    const refused = response.status === 401 || response.status === 403;
    if (refused && token !== this.#token) return this.#send(path, body, signal, again);
    if (again && error?.code === "token_expired" && (await this.renew())) return this.#send(path, body, signal, false);
    throw new Refusal(response.status, error);
  }
}

// Server-sent events as [name, data]; each has one line of either.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (kept + part.value).split("\n\n");
    kept = blocks.pop();
    for (const block of blocks) {
      const [name, data] = block.split("\n");
      yield [name.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}
