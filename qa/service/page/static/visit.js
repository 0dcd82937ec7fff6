// A visitor's token that came with the address, and what a page says where the service turns its reader away.

const KEPT = "whosaid-token";

// The token behind "#" of the address, which no server or log gets. It is taken out of the address at once, so that
// nobody passes it on unawares, and stays in this tab, so that a reload keeps it.
export function tokenOfAddress() {
  addEventListener("hashchange", () => {
    if (shown()) location.reload();
  });
  const token = shown();
  try {
    if (token) sessionStorage.setItem(KEPT, token);
    else return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    // Storage can be forbidden, in a frame for instance; the token then lasts until the page is left.
  }
  if (token) {
    const rest = new URLSearchParams(location.hash.slice(1));
    rest.delete("token");
    history.replaceState(null, "", `${location.pathname}${location.search}${rest.size ? `#${rest}` : ""}`);
  }
  return token;
}

// In a frame "token=1" says no more than that one will be sent; see frame.js.
function shown() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  return token.includes(".") || token.length > 8 ? token : "";
}

// Heading and sentence for a reader whom the service turned away; null where it was something else.
export function turnedAway({ status, code, message }) {
  if (code === "token_expired") return ["Your visit has ended.", "Reload the page that you came from to go on."];
  if (status === 401) return ["For visitors only.", "Open the chat from the site that it belongs to, which tells us who you are."];
  if (status === 403) return ["Not for this visitor.", `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`];
  return null;
}
