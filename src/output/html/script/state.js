// Where the reader is: the part of the address behind `#`. It names a view and its settings, so
// that every view can be linked. Ids are those of the input and stay true in a later report.

/** The view of an address that names none. */
const HOME = "summary";

/** The address of a view. */
function link(view, settings) {
  return addressWith(view, settings ?? {});
}
