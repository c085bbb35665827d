// What the reader chose, in the address of the page: sent to somebody it opens the same.
export const address = {
  read() {
    return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  },

  // what is empty or undefined is left out
  write(choices) {
    const chosen = { ...this.read(), ...choices };
    const entries = Object.entries(chosen).filter(([, value]) => value !== undefined && value !== "");
    try {
      history.replaceState(null, "", `#${new URLSearchParams(entries)}`);
    } catch {
      // a page within a notebook has no address of its own
    }
  },
};
