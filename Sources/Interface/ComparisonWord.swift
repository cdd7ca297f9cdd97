import Cells

/// A word of a text that is compared, with what stands before it.
package struct ComparisonWord: Sendable, Equatable {
    package enum Before: Sendable, Equatable {
        case nothing, space, lineEnd
    }

    package var text: String
    package var before: Before

    /// The words of `text`: runs without white space; a character of two columns, as in Chinese or
    /// Japanese, is a word of its own.
    static func words(of text: String) -> [ComparisonWord] {
        var words: [ComparisonWord] = []
        var word = ""
        var before = Before.nothing
        func close() {
            if word.isEmpty { return }
            words.append(ComparisonWord(text: word, before: before))
            word = ""
            before = .nothing
        }
        for character in text {
            if character.isNewline {
                close()
                before = words.isEmpty ? .nothing : .lineEnd
            } else if character.isWhitespace {
                close()
                if before == .nothing, !words.isEmpty { before = .space }
            } else if !character.isASCII, TextWidth.columns(String(character)) > 1 {
                close()
                word = String(character)
                close()
            } else {
                word.append(character)
            }
        }
        close()
        return words
    }
}
