extension Topic {
    static let radio = Topic(
        name: "radio",
        text: """
            Radio is light that our eyes cannot see. A current that runs up and down a wire shakes
            the field around it, and the shaking travels away at the speed of light. Another wire
            far away feels it, and a small current runs up and down in it as well. To hear one
            station and not all of them, the receiver has a circuit that swings at one frequency
            only. A coil and a plate are enough, and a crystal from the ground was the first
            receiver that needed no battery. The voice is carried on the wave in one of two ways.
            Either the wave grows and shrinks with the voice, or it swings a little faster and a
            little slower. The second way needs more room, but a thunderstorm cannot change it,
            and music sounds better. Long waves follow the ground and reach a ship behind the
            horizon. Short waves rise to a layer high above us that the sun has charged, and they
            come down again on another continent. At night this layer rises, and a small station
            can be heard around half of the world. Very short waves go straight on and stop at the
            next hill. That is why a telephone needs a mast in every village. A signal is always
            mixed with noise. Some of it comes from the receiver, some from motors and lamps, and
            a little is older than the stars. If you send more slowly, you can be heard through
            more noise. A probe at the edge of the solar system has a transmitter as strong as a
            lamp, and a dish as wide as a field still hears it. Every message can be sent with a
            few more bits than it needs. With these bits the receiver finds the errors and puts
            them right, and nobody has to ask twice. Two people who talk over a satellite learn to
            wait. The voice needs a quarter of a second for the way, and if both begin at the same
            moment, both stop at the same moment. Every network has this trouble: it must decide
            who speaks, how long the others wait, and what to do when two have spoken at once. The
            operators of the first stations worked at night, wrote down what they heard with a
            pencil, and sent a card by mail to say that they had heard it.
            """)

    static let railways = Topic(
        name: "railways",
        text: """
            A train is heavy and its wheels are smooth, and this is its whole secret. Steel on
            steel rolls so easily that one horse could pull ten wagons. But steel on steel also
            slips, and a train needs a kilometre to stop. The driver cannot stop for what he sees,
            so somebody has to tell him what lies behind the next bend. A track is cut into
            blocks, and only one train may be in a block. At the beginning a man with a flag stood
            at each block and looked at his watch. Then there was a token, a staff of brass, and
            the driver who held it in his hand owned the line. A signal that fails must show red.
            The arm of the old signals was heavy, so that it fell to danger when the wire broke.
            The wheels of a train are not cylinders. They are a little conical, so that a wheel
            that moves to one side runs on a larger circle and steers itself back. At high speed
            this steering begins to swing, and the engineers add springs until it is calm. A line
            should be flat and straight, and the land is neither. So there are cuttings, banks,
            tunnels and bridges, and a railway over a mountain climbs in loops and meets itself
            from above. The gauge of the track was an accident. It was the width of a cart in a
            mine, and it went around the world because the first locomotives were sold with it. A
            timetable is drawn as a picture. Time runs from left to right, the stations lie above
            each other, and each train is a slanted line. Where two lines cross there must be two
            tracks. A late train is late for everybody who waits for it, and a good timetable has
            a few spare minutes that nobody notices. Steam was strong and thirsty. An engine drank
            a river on its way, and a boy with a shovel fed it by hand. The electric engine gets
            its power from a wire and gives some of it back when the train goes downhill. It has
            few parts, it never sleeps, and it pulls hardest when it stands still. At night the
            long trains with freight have the line to themselves. They carry grain, cars and coal,
            and the people in the villages turn over in their beds and know what time it is.
            """)
}
