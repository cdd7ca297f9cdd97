import QUIC
import Testing

@testable import HTTP3

@Suite struct `Priority fields` {
    @Test(arguments: [
        ("", 3, false), ("u=0", 0, false), ("u=7, i", 7, true), ("i", 3, true),
        ("i=?0,u=2", 2, false), ("i=?1", 3, true), ("u=9", 3, false), ("u=1;a=2, i;b", 1, true),
        ("x=\"a,i\", u=4", 4, false), ("u=-1", 3, false), ("u=a", 3, false),
        (" u=5 ,\ti ", 5, true),
        ("U=1", 3, false), ("u=2,u=6", 6, false), (",,,", 3, false), ("\"", 3, false),
    ]) func `the field's members count, and what cannot be read does not`(
        text: String, urgency: Int, isIncremental: Bool
    ) {
        let expected = StreamPriority(urgency: urgency, isIncremental: isIncremental)
        #expect(PriorityField(Array(text.utf8)).priority == expected)
    }
}
