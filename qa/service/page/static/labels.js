// The page's own words in other languages. What the service and the page say of themselves is English and serves as the
// key; what articles, people and questions say stands under dir="auto" or in <bdi>, and is left alone.

const TIES = /(\s*·\s*)/;
const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const KEPT = "[dir=auto], bdi, option:not([value='']), textarea, script, style, #live";

const MODES_DE = {
  quoted: "wörtlich",
  "reported in the article’s words": "in den Worten des Artikels",
  "partly quoted, partly in the article’s words": "teils wörtlich, teils in den Worten des Artikels",
  "the article’s own words": "Worte des Artikels selbst",
};

const DE = {
  words: new Map(Object.entries({
    ...MODES_DE,
    "Skip to the question": "Zur Frage springen",
    "All articles": "Alle Artikel",
    "Articles to ask": "Artikel, die befragt werden",
    "Speaker to ask about": "Person, nach der gefragt wird",
    Anyone: "Alle Personen",
    "Find an article": "Artikel suchen",
    "Ask all articles": "Alle Artikel befragen",
    "No article of that name.": "Kein Artikel mit diesem Namen.",
    "Type to find the others.": "Tippen, um die übrigen zu finden.",
    Views: "Ansichten",
    Ask: "Fragen",
    "Who said what": "Wer was gesagt hat",
    Articles: "Artikel",
    "Dark theme": "Dunkle Darstellung",
    "Light or dark": "Hell oder dunkel",
    "Questions and answers": "Fragen und Antworten",
    "Your question": "Ihre Frage",
    "Ask who said what …": "Fragen, wer was gesagt hat …",
    Enter: "Eingabetaste",
    Stop: "Anhalten",
    "Stopped.": "Angehalten.",
    "New conversation": "Neues Gespräch",
    "Who said what?": "Wer hat was gesagt?",
    "For example": "Zum Beispiel",
    "Questions to ask": "Mögliche Fragen",
    "No articles yet.": "Noch keine Artikel.",
    "Yes.": "Ja.",
    "No.": "Nein.",
    "The articles do not say.": "Das steht nicht in den Artikeln.",
    "Nearest:": "Am nächsten kommt:",
    "The articles can answer:": "Die Artikel beantworten:",
    Source: "Quelle",
    Sources: "Quellen",
    Article: "Artikel",
    copy: "kopieren",
    copied: "kopiert",
    "Is this answer good?": "Ist diese Antwort gut?",
    "good?": "gut?",
    "Good answer": "Gute Antwort",
    "Bad answer": "Schlechte Antwort",
    "What is good?": "Was ist gut?",
    "What is wrong?": "Was ist falsch?",
    "Right speaker": "Richtige Person",
    "Right words": "Richtige Worte",
    Complete: "Vollständig",
    "Wrong speaker": "Falsche Person",
    "Wrong words": "Falsche Worte",
    "Not what I asked": "Nicht, was ich gefragt habe",
    "The articles do say": "Die Artikel sagen es doch",
    optional: "freiwillig",
    Send: "Senden",
    "Thank you. Your vote is kept.": "Danke. Ihr Urteil ist gespeichert.",
    "Your vote could not be kept.": "Ihr Urteil ließ sich nicht speichern.",
    Save: "Speichern",
    "Save the questions and answers": "Fragen und Antworten speichern",
    "The conversation could not be saved.": "Das Gespräch ließ sich nicht speichern.",
    "not saved": "nicht gespeichert",
    "Clear history": "Verlauf löschen",
    "Really clear?": "Wirklich löschen?",
    "For visitors only.": "Nur für Besucher.",
    "Open the chat from the site that it belongs to, which tells us who you are.":
      "Bitte den Chat auf der Seite öffnen, zu der er gehört; sie sagt uns, wer Sie sind.",
    "Your visit has ended.": "Ihr Besuch ist abgelaufen.",
    "Reload the page that you came from to go on.": "Bitte die Seite neu laden, von der Sie kommen.",
    "Not for this visitor.": "Nicht für diesen Besucher.",
    "copy quote": "Zitat kopieren",
    "whole article": "ganzer Artikel",
    "open original": "Original öffnen",
    "(opens a new tab)": "(öffnet einen neuen Tab)",
    "Previous source": "Vorige Quelle",
    "Next source": "Nächste Quelle",
    "Close the source": "Quelle schließen",
    who: "wer",
    "by which words": "mit welchen Worten",
    what: "was",
    "Try again": "Noch einmal",
    "Articles are read here.": "Hier stehen die Artikel.",
    "The service did not answer. Your question is kept.": "Der Dienst hat nicht geantwortet. Ihre Frage steht noch da.",
    "The service did not answer. Try again.": "Der Dienst hat nicht geantwortet. Bitte noch einmal versuchen.",
    "The service did not answer, so the article cannot be shown.": "Der Dienst hat nicht geantwortet; der Artikel lässt sich nicht zeigen.",
    "The service does not answer.": "Der Dienst antwortet nicht.",
    "The page opens as soon as it does.": "Sobald er antwortet, geht es weiter.",
    "Getting ready …": "Gleich geht es los …",
    "The models are being loaded. The page opens by itself.": "Die Modelle werden geladen. Es geht von selbst weiter.",
    "None of these articles is in the collection.": "Keiner dieser Artikel ist in der Sammlung.",
    "That request could not be read. Reload the page and try again.": "Die Anfrage war nicht lesbar. Bitte die Seite neu laden.",
    "This article has changed since the answer was given, so its sentences are not marked. Ask again.":
      "Der Artikel hat sich seit der Antwort geändert; darum ist nichts markiert. Bitte noch einmal fragen.",
  })),
  patterns: [
    [/^Source (\d+)$/, "Quelle $1"],
    [/^source (\d+) of (\d+)$/, "Quelle $1 von $2"],
    [/^source (\d+) as a quotation$/, "Quelle $1 als Zitat"],
    [/^Source (\d+): (.*)$/s, "Quelle $1: $2"],
    [/^Open source (\d+):$/, "Quelle $1 öffnen:"],
    [/^Show 1 earlier question$/, "1 frühere Frage zeigen"],
    [/^Show (\d+) earlier questions$/, "$1 frühere Fragen zeigen"],
    [/^1 article$/, "1 Artikel"],
    [/^([\d,]+) articles$/, "$1 Artikel"],
    [/^1 statement$/, "1 Aussage"],
    [/^([\d,]+) statements$/, "$1 Aussagen"],
    [/^([\d,]+) statements?\. Every answer shows the sentence that it rests on\.$/, "$1 Aussagen. Jede Antwort zeigt den Satz, auf dem sie beruht."],
    [/^Too long by ([\d,]+) of ([\d,]+) characters\.$/, "Um $1 Zeichen zu lang; $2 sind möglich."],
  ],
};

export const LANGUAGES = { de: DE };

// `text` in the language of `table`; where that has no words for it, as it is.
export function translated(text, table) {
  const [, before, words, after] = text.match(/^(\s*)(.*?)(\s*)$/s);
  if (!words) return text;
  return before + words.split(TIES).map((part) => one(part, table)).join("") + after;
}

function one(words, { words: known, patterns }) {
  if (known.has(words)) return known.get(words);
  const [pattern, put] = patterns.find(([sought]) => sought.test(words)) ?? [];
  return pattern ? words.replace(pattern, put) : words;
}

// Translates what stands in `root`, and whatever comes into it. `lang` is a language of LANGUAGES; any other changes nothing.
export function speak(root, lang) {
  const table = LANGUAGES[lang];
  if (!table) return;
  document.documentElement.lang = lang;
  put(root, table, lang);
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "childList") for (const node of addedNodes) put(node, table, lang);
      else put(target, table, lang);
    }
  }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
}

function put(node, table, lang) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.parentElement && !node.parentElement.closest(KEPT)) set(node, "data", translated(node.data, table));
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const name of ATTRIBUTES) {
    if (node.hasAttribute(name)) {
      const now = node.getAttribute(name);
      const then = translated(now, table);
      if (then !== now) node.setAttribute(name, then);
    }
  }
  // The articles are English, whatever the labels are: a screen reader has to know.
  if (node.matches("[dir=auto], bdi") && !node.lang) node.lang = "en";
  if (node.matches("time[datetime]")) set(node, "textContent", day(node.dateTime, lang));
  else for (const child of node.childNodes) put(child, table, lang);
}

function set(node, property, value) {
  if (node[property] !== value) node[property] = value;
}

function day(date, lang) {
  return new Date(`${date}T12:00Z`).toLocaleDateString(lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
