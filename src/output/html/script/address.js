// The part of the address behind `#`: a view and its settings, as a report and a server have them.

/** The address of a view. Settings that are empty are left out. */
function addressWith(view, settings) {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(settings)) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== "") params.append(key, one);
    }
  }
  const query = params.toString();
  return `#/${view}${query ? "?" + query : ""}`;
}
