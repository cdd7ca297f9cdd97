extension Topic {
    static let bread = Topic(
        name: "bread",
        text: """
            Bread needs flour, water, salt and time. The time does most of the work. When water
            meets flour, two proteins find each other and form long chains, and the baker who
            kneads the dough lays these chains side by side. A dough that has been kneaded enough
            can be pulled so thin that light shines through it. Yeast eats the sugar in the flour
            and makes gas, and the chains hold the gas in small bubbles. A warm dough rises in an
            hour, and a cold dough rises in a night. The cold dough tastes better, because slow
            yeast leaves room for other small creatures. A sourdough is a whole village of them.
            The baker feeds it with flour and water every day, and it gives back bubbles and a
            pleasant sour smell. Some bakers keep a sourdough that is older than they are. Salt
            makes the dough stronger and the yeast slower, and bread without it tastes of nothing.
            Before the bread goes into the oven, the baker cuts it with a sharp knife. The cut
            tells the bread where to open. In the first minutes the oven is full of steam, and the
            crust stays soft so that the bread can rise once more. Then the steam is let out, and
            the crust turns hard and brown. The brown colour is the taste: sugar and protein meet
            in the heat and make hundreds of things that smell good. A bread is done when it
            sounds hollow from below. It is not finished, though. Inside it is still full of
            steam, and a baker who is patient waits for an hour before he cuts it. Every country
            has a bread of its own. Where wood was rare, people baked flat bread that needs two
            minutes of fire. Where the winter was long, they baked heavy rye bread that keeps for
            weeks. Where people were rich, they baked white bread and threw the best part of the
            grain away. Old bread is not useless. It thickens a soup, it fills a dumpling, and
            with egg and milk it becomes a breakfast. A baker begins to work when other people go
            to sleep, and the smell of the first oven tells the street that it is four in the
            morning. If a bread fails, the reason is nearly always haste.
            """)

    static let clocks = Topic(
        name: "clocks",
        text: """
            A clock is something that repeats, and something that counts. The first clocks counted
            drops of water, grains of sand or the length of a candle. They were good enough for a
            court, where nobody was allowed to speak for longer than one jar. A pendulum was the
            first good answer to the question of what repeats. Its time depends on its length and
            hardly on anything else, and a long one takes a second for each swing. But a metal rod
            grows in summer, and a clock in a warm room is slow. A clever maker hung two metals
            against each other, so that one lifted what the other let down. A pendulum is useless
            on a ship. A sailor who wanted to know how far east he was needed the time at home,
            and an error of one minute was an error of many miles. A carpenter worked on this
            problem for most of his life. His fourth clock was no larger than a plate, and after
            two months at sea it was wrong by five seconds. The prize came late and was paid
            slowly. Then the railways came, and every town had a time of its own. A train that
            left at noon arrived before noon, and two trains on one track had to agree on what
            noon was. So the towns gave up the sun and took the time of the capital. A crystal of
            quartz swings thousands of times in a second when a small current asks it to. It made
            good clocks so cheap that they are now given away with other things. An atom is better
            still, because all atoms of one kind are equal. The second is now counted and not
            measured: it is a little more than nine thousand million swings of an atom of caesium.
            Such a clock loses a second in many million years. It is so good that it notices how
            high it stands, since time goes faster on a mountain. The clocks in the satellites
            have to be set for this, or the map in your hand would be wrong by kilometres. And
            still nobody knows what time is. A clock only tells you what the time is now. Two
            clocks never agree, and a person with two clocks is never sure. A program that
            measures how long something takes should ask a clock that never runs backwards.
            """)

    static let bridges = Topic(
        name: "bridges",
        text: """
            A bridge carries a load across a gap, and it must tell the load where to go. A beam
            bends, and so its upper side is pressed and its lower side is pulled. Stone can be
            pressed but not pulled, and this is why a stone bridge is an arch. In an arch every
            stone leans on the next, and the last two lean on the hills. The builder first makes
            the arch of wood, puts the stones on it, and takes the wood away with a beating heart.
            Some of these arches have stood for two thousand years without a drop of mortar. Iron
            changed the work because it can be pulled. A truss is made of triangles, since a
            triangle cannot change its shape unless one of its sides breaks. Some of the bars are
            pressed and some of them are pulled, and a good engineer can tell them apart from the
            window of a train. A suspension bridge hangs from a cable, and the cable hangs from
            two towers. The cable is spun on the spot from thousands of wires, each as thick as a
            pencil. The longest bridges of the world are built in this way, because a cable wastes
            nothing. But a hanging road is light, and the wind can make it dance. One bridge
            danced for four months before it fell, and since then every long bridge has been shown
            to a wind tunnel as a model. A crowd can do what the wind does. People who walk on a
            bridge that sways begin to walk in step with it, and then it sways more. The answer is
            a heavy weight on springs that swings against the bridge and calms it down. Concrete
            is a stone that can be poured, and steel inside it takes the pull. If the steel is
            stretched before the load comes, the concrete never feels any pull at all. Water is
            the enemy of every bridge. It washes the ground away from the pillars, it freezes in
            the cracks, and it turns steel into rust. A bridge that is painted from one end to the
            other needs paint again at the first end when the painters are done. Somebody has to
            look at every bolt, year after year. A bridge that nobody looks at is a bridge that
            falls on a quiet day.
            """)
}
