// Stands for every file of core in one: the build puts the list in its place (tsup.config.ts).
export {}
