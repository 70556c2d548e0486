/** Something the person at the keyboard can put right, in words for them. */
export class KitMistake extends Error {}
