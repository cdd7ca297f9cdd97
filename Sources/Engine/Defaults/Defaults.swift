/// The pattern library and the properties that come with the program.
package enum Defaults {}
