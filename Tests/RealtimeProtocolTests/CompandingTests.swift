import RealtimeProtocol
import Testing

struct CompandingTests {
    @Test func `every byte of either law comes back from the sample it stands for`() {
        for byte in UInt8.min...UInt8.max {
            // Two bytes of µ-law stand for zero.
            if byte != 0x7F { #expect(Companding.muLaw(Companding.linear(muLaw: byte)) == byte) }
            #expect(Companding.aLaw(Companding.linear(aLaw: byte)) == byte)
        }
        // G.711's own values: the quietest and the loudest of each law.
        #expect(Companding.linear(muLaw: 0xFF) == 0)
        #expect(Companding.linear(muLaw: 0x80) == 32_124)
        #expect(Companding.linear(muLaw: 0x00) == -32_124)
        #expect(Companding.linear(aLaw: 0xD5) == 8)
        #expect(Companding.linear(aLaw: 0xAA) == 32_256)
        #expect(Companding.linear(aLaw: 0x2A) == -32_256)
    }

    @Test func `companding errs by a small part of a sample`() {
        for sample in stride(from: -32_000, through: 32_000, by: 37) {
            let value = Int16(sample)
            let bound = max(16, abs(sample) / 16)
            #expect(abs(Int(Companding.linear(muLaw: Companding.muLaw(value))) - sample) <= bound)
            #expect(abs(Int(Companding.linear(aLaw: Companding.aLaw(value))) - sample) <= bound)
        }
    }
}
