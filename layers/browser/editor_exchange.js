// What goes to Python: one preview at a time; answers are matched by number.
function draftExchange(send) {
  const waiting = new Map(); // seq -> what was asked
  let seq = 0;
  let isPreviewing = false;
  let next = null;
  let previewed = "";
  let follower = null;

  function ask(type, values = {}) {
    seq += 1;
    waiting.set(seq, type);
    send({ type, seq, ...values });
    return seq;
  }

  function sendPreview() {
    if (isPreviewing || !next) return;
    const operation = next;
    [isPreviewing, next, previewed] = [true, null, JSON.stringify(operation)];
    ask("preview", { operation });
  }

  return {
    ask,
    preview(operation) {
      if (JSON.stringify(operation) === previewed) return;
      next = operation;
      sendPreview();
    },
    follow(from, to, act) {
      follower = act;
      ask("follow", { from, to });
    },
    // answers to what is no longer drawn are not shown
    forget() {
      [next, previewed] = [null, ""];
      for (const [number, type] of waiting) if (type === "preview") waiting.set(number, "stale");
    },
    answered(number) {
      const type = waiting.get(number) ?? "";
      waiting.delete(number);
      if (type === "preview" || type === "stale") {
        isPreviewing = false;
        sendPreview();
      }
      return type;
    },
    path(line) {
      follower?.(line);
      follower = null;
    },
    fail() {
      follower = null;
    },
  };
}
