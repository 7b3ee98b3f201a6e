// Judging by keyboard: a digit chooses the level, a point adds half a step to the last one chosen (or takes it away),
// up and down go from criterion to criterion, Enter goes on.
// Without this file the radio buttons work by themselves.

const rubric = document.querySelector("[data-rubric]");

function criteria() {
  return [...rubric.querySelectorAll(".criterion")];
}

function radios(criterion) {
  return [...criterion.querySelectorAll("input[type=radio]")];
}

function enter(criterion) {
  const all = radios(criterion);
  (all.find((one) => one.checked) ?? all[0])?.focus();
}

function halfOf(criterion) {
  return criterion?.querySelector(".half-step input");
}

// No half step without a level, nor above the top of the scale.
function offerHalf(criterion) {
  const half = halfOf(criterion);
  if (!half) return false;
  const all = radios(criterion);
  const place = all.findIndex((one) => one.checked);
  half.disabled = all[place]?.value === "" || place < 0 || place === all.length - 1;
  if (half.disabled) half.checked = false;
  return !half.disabled;
}

function toggleHalf(criterion) {
  if (offerHalf(criterion)) halfOf(criterion).checked = !halfOf(criterion).checked;
}

let last = null;

function step(from, by) {
  const all = criteria();
  const next = all[all.indexOf(from) + by];
  if (next) enter(next);
  else if (by > 0) document.querySelector("[data-after-rubric]")?.focus();
}

rubric?.addEventListener("keydown", (event) => {
  const criterion = event.target.closest(".criterion");
  if (!criterion || !["radio", "checkbox"].includes(event.target.type) || event.altKey || event.ctrlKey || event.metaKey) return;
  if (/^[0-9]$/.test(event.key)) {
    const chosen = radios(criterion)[Number(event.key)];
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    last = criterion;
    step(criterion, 1);
  } else if (event.key === "." || event.key === ",") {
    event.preventDefault();
    toggleHalf(last ?? criterion);
  } else if (event.key === "ArrowDown" || event.key === "Enter") {
    event.preventDefault();
    last = null;
    step(criterion, 1);
  } else if (event.key === "ArrowUp") {
    event.preventDefault();
    last = null;
    step(criterion, -1);
  }
});

rubric?.addEventListener("change", (event) => offerHalf(event.target.closest(".criterion")));
// Moving on by hand makes the point mean the criterion one is at.
rubric?.addEventListener("pointerdown", () => (last = null));
if (rubric) criteria().forEach(offerHalf);
// After the last criterion the button has the focus; the point still means that criterion.
document.querySelector("[data-after-rubric]")?.addEventListener("keydown", (event) => {
  if (last && (event.key === "." || event.key === ",")) toggleHalf(last);
});

document.querySelector("[data-rubric-hint]")?.removeAttribute("hidden");
