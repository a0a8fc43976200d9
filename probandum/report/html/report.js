"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const form = document.getElementById("filters");
  const claims = all("details.claim");
  const marks = all("a.mark");
  const bodyOf = (claim) => claim.querySelector(":scope > div");
  const idsOf = (mark) => (mark.dataset.claims || mark.hash.slice(1)).split(" ");
  const visible = () => claims.filter((claim) => !claim.hidden);
  let last = null;

  const show = (claim) => {
    claim.hidden = false;
    claim.open = true;
    marks.forEach((mark) => mark.classList.toggle("current", idsOf(mark).includes(bodyOf(claim).id)));
    claim.scrollIntoView({ block: "nearest" });
  };

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const holder = target && target.closest("details");
    if (!holder) return;
    if (holder.classList.contains("claim")) show(holder);
    holder.open = true;
    holder.querySelector("summary").focus();
  };

  const filter = () => {
    const chosen = new FormData(form);
    const kinds = chosen.getAll("kind"), type = chosen.get("type"), source = chosen.get("source");
    claims.forEach((claim) => {
      const typed = !type || claim.dataset.types.split(" ").includes(type);
      const sourced = !source || JSON.parse(claim.dataset.sources).includes(source);
      claim.hidden = !(kinds.includes(claim.dataset.kind) && typed && sourced);
    });
    const left = new Set(visible().map((claim) => bodyOf(claim).id));
    marks.forEach((mark) => mark.classList.toggle("dim", !idsOf(mark).some((id) => left.has(id))));
    document.getElementById("count").textContent = `${left.size} of ${claims.length} claims shown`;
  };

  const step = (by) => {
    const shown = visible();
    if (!shown.length) return;
    const here = shown.indexOf(document.activeElement.closest("details.claim"));
    const next = shown[here < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, here + by))];
    next.querySelector("summary").focus();
    marks.forEach((mark) => mark.classList.toggle("current", idsOf(mark).includes(bodyOf(next).id)));
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(SELECT|INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Escape") {
      const open = document.activeElement.closest("details");
      if (open) open.open = false;
      (last && last.isConnected ? last : document.getElementById("response")).focus();
    } else return;
    event.preventDefault();
  });
  marks.forEach((mark) => mark.addEventListener("click", () => {
    last = mark;
    if (location.hash === mark.hash) reveal();
  }));
  addEventListener("hashchange", reveal);
  addEventListener("beforeprint", () => all("details").forEach((one) => { one.open = true; }));
  all(".keys").forEach((keys) => { keys.hidden = false; });
  if (form) {
    form.hidden = false;
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }
  reveal();
})();
