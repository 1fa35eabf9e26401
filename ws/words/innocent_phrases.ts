/** Innocent phrases that contain a forbidden word. */
// deno-fmt-ignore
export const INNOCENT_PHRASES: readonly string[] = [
  "blue tits", "chink in the", "chink of light", "chinks in the", "coal tits", "cock a doodle", "cock a hoop", "cock and bull",
  "cock robin", "fucking austria", "great tits", "long tailed tits", "marsh tits", "moby dick", "philip k dick", "pussy cat", "pussy cats", "pussy riot",
  "pussy willow", "pussy willows", "spotted dick", "van dyke", "weather cock", "wild ass", "wild asses", "willow tits",
];
