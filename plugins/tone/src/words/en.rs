//! English phrases. `*` takes any ending; verbs of service count only when denied: nobody answered.

use crate::label::Label;
use crate::lexicon::{Group, Meaning::*};

pub(crate) const GROUPS: &[Group] = &[
    Group(
        Feeling(9, -6),
        "excellent*, outstanding, amazing*, perfect*, awesome, fantastic*, superb*, brilliant*, flawless*, \
         highly recommend*, wonderful*, phenomenal, exceptional*, love it, loved it, love this",
    ),
    Group(
        Feeling(6, -6),
        "great, love, loved, loves, happy, pleased, satisfied, impress*, recommend, recommended, delight*, best, \
         beautiful*, enjoy*, nice, nicely, terrific, glad, favorite, favourite, worth, well worth, easy to use, \
         user friendly, well made, works great, works well, works fine, good quality, high quality, superior, \
         incredible, incredibly, pleasant*, gorgeous, stunning, top notch, as advertised, as expected, \
         no complaints, no problems, no issues, no problem with",
    ),
    Group(
        Feeling(4, -5),
        "good, fine, easy, easily, helpful, friendly, clear, clean, reliable, comfortable, sturdy, durable, \
         convenient, smooth, smoothly, fast, quick, quickly, useful, well, better, bright, sharp, crisp, compact, \
         solid, cool, affordable, accurate, fun, simple, polite, professional, patient, properly, correctly, \
         improve*, resolved, solved, fixed, smart, sleek, lightweight, stylish, versatile, intuitive, attractive, \
         bonus, plus, advantage*, not a problem, not bad, can't go wrong, hassle free, ease, quiet, powerful, \
         enough, honest, fair, acceptable, reasonable, adequate",
    ),
    // Only its denial says something.
    Group(
        Feeling(0, -5),
        "work, works, worked, working, help, helped, helps, respond*, reply, replied, answer, answers, answered, \
         care, cares, cared, explain*, listen*, honor*, honour*, receive, received, arrive, arrived, come back, \
         came, show up, showed up, turn on, charge properly, return my call*, called back, call back, \
         called me back, heard back, hear back, notified, informed, told, delivered, credited, refunded, processed, \
         removed, corrected, updated, verified, investigated, validated, hold up, last, lasts, lasted, fit, fits, \
         play, plays, read, recognize, recognise, support, supported, connect, explanation, resolution, response, \
         communication, authorize, authorized, authorise, authorised, permission, consent, belong, belongs, mine, \
         owe, agree, agreed, allowed, possible, use it, load, boot, start, sync, fix, resolve, solve, sense, trust, \
         buy, purchase, recommend it, waste, intend, approve, approved, comply, complied, follow, acknowledge*, \
         apologize, verify, provide, provided",
    ),
    Group(
        Feeling(-9, 2),
        "terrible, terribly, horrible, horribly, awful*, worst, dreadful*, atrocious, garbage, trash, \
         piece of junk, junk, useless, worthless, unusable, rip off, ripoff, ripped off, stay away, avoid this, \
         do not buy, don't buy, never buy, never again, never purchase, waste of money, regret*, lemon, abysmal, \
         appalling*, inexcusable, nightmare, disaster*, deplorable",
    ),
    Group(
        Feeling(-6, 2),
        "bad, badly, poor, poorly, broken, broke, breaks, defect*, faulty, fail, fails, failed, failing, failure, \
         problem, problems, issue with, issues with, disappoint*, annoy*, frustrat*, cheap, cheaply, flimsy, weak, \
         unreliable, inferior, lousy, mediocre, crappy, sucks, suck, hate, hated, dead, died, dies, crash*, freez*, \
         froze*, leak*, crack*, scratch*, stuck, jammed, malfunction*, damag*, ruin*, wrong, error*, unable, \
         impossible, difficult*, hassle, painful, pain in, confus*, mislead*, misled, refus*, ignored, ignoring, \
         ignores, denied, overcharg*, rude, rudely, unprofessional, incompeten*, unhelpful, unresponsive, \
         nonresponsive, careless*, neglect*, unfair*, unethical, unjust*, wrongful*, inaccura*, incorrect*, false, \
         falsely, fraud*, unauthorized, unauthorised, violat*, harass*, threaten*, abus*, decept*, deceiv*, \
         predatory, stole, stolen, steal*, illegal*, mistake*, mess, messed up, screwed, unhappy, upset, \
         uncomfortable, complain, complains, complaint, complaints, complained, complaining, unfortunately, sadly, \
         sorry excuse, unacceptable, lack of, lacks, lacking, missing, lost, blurry, noisy, loud, clunky, awkward, \
         slow, slowly, ugly, stopped working, quit working, won't work, gave up, returned it, return it, \
         sent it back, send it back, stress*, anxiety, suffer*, hardship, devastat*, distress*, victim, damages, \
         lied, lying, lies, never received, never got, never heard, no response, no reply, no answer, no help, \
         hung up, hang up, hangs up, run around, runaround, on hold, downside, drawback*, flaw*, glitch*, bug, \
         bugs, buggy, nuisance, inconvenien*, unstable, inconsistent, ridiculously, overpriced",
    ),
    Group(
        Feeling(-4, 1),
        "issue, issues, trouble*, hard to, only complaint, concern, concerned, worse, expensive, limited, \
         however the, too small, too big, too large, too short, too long, too heavy, too much, too many, too loud, \
         too low, too high, too thin, too tight, too easy to, too bad, heavy, bulky, short battery, delay*, late, \
         overdue, waiting, waited, dispute, disputed, disputing, denial, reject*, cancelled without, \
         closed without, without my, without notice, without warning, hidden, excuse, excuses, lacked, unclear, \
         declined, pending, charged me twice, charged twice, double charged, charged me, wouldn't, tired, \
         unsatisf*, unexpected*, disconnect*, interrupt*, drop*, static, hiss, buzz*, overheat*, too hot, smell, \
         smelly, odor, dull, bland, stale, inability, struggle*, fight*, forced, repeatedly, bother*, worried, \
         worry, afraid, scared, blame*, penalt*, negatively, adverse*, breach*, hurting my",
    ),
    Group(
        Says(Label::Dissatisfied, 40, -4),
        "still not, still no, still waiting, still hasn't, still haven't, still isn't, still doesn't, still don't, \
         still didn't, still won't, again and again, over and over, third time, second time, fourth time, \
         fifth time, many times, multiple times, several times, numerous times, countless, numerous calls, \
         multiple calls, yet again, once again, keep getting, keeps happening, keep saying, keep telling, \
         kept telling, keeps saying, for weeks, for months, to no avail, how many times, how much longer, \
         how long do i have, already told you, already told, i already said, as i said, like i said, i've told you, \
         years now, months now, weeks now, every time i call, went around in circles, going around in circles, \
         passed around, been transferred, transferred me",
    ),
    Group(
        Says(Label::Dissatisfied, 70, -7),
        "dissatisf*, not satisfied, not happy, not acceptable, very unhappy, very disappointed, so disappointed, \
         extremely disappointed, let down, waste of time, wasted my time, wasting my time, poor service, \
         bad service, terrible service, horrible service, awful service, poor customer service, \
         terrible customer service, horrible customer service, bad customer service, worst customer service, \
         worst service, that doesn't help, doesn't help me, not helpful, not helping, you're not listening, \
         not what i asked, doesn't answer my question, same answer, same thing over, same response, copy and paste, \
         no one helps, no one will help, nobody will help, nobody helps, fed up",
    ),
    Group(
        Says(Label::Complaint, 90, -5),
        "file a complaint, filing a complaint, filed a complaint, make a complaint, making a complaint, \
         lodge a complaint, formal complaint, submit a complaint, submitting a complaint, this complaint, \
         my complaint, want to complain, like to complain, going to complain, i am complaining, raise a complaint, \
         register a complaint, writing to complain, filing this, i am writing to dispute, i demand",
    ),
    // What people write who were wronged; each alone is a question as often.
    Group(
        Says(Label::Complaint, 45, -5),
        "without my consent, without my permission, without my knowledge, without authorization, \
         without my authorization, in violation of, violation of, violated my, violating my, violates the, \
         my rights, consumer rights, fair credit, fcra, fdcpa, refuse to, refused to, refuses to, refusing to, \
         failed to, fails to, failure to, identity theft, victim of, fraudulent, fraudulently, harassing, \
         harassment, misleading, deceptive, unlawful, unlawfully, inaccurate information, inaccurate, inaccuracies, \
         does not belong to me, do not belong to me, not mine, never authorized, did not authorize, \
         didn't authorize, negligent, negligence, bad faith, unfair practices, taken advantage of, no resolution, \
         not resolved, unresolved, ignored my, they refused, they refuse, they claim, they claimed, they keep, \
         they kept, i was told that, despite my, despite multiple, despite numerous, my credit report, \
         on my credit, hurting my credit, damaging my credit, debt collector, collection agency, validation of, \
         was promised, i was promised, was lied to, lied to me, lied about",
    ),
    Group(
        Says(Label::WantsPerson, 92, -1),
        "real person, real human, live agent, live person, human being, actual person, human agent, your manager, \
         your supervisor, your boss, a supervisor, speak to a human, talk to a human, speak to the manager, \
         someone in charge, someone with authority, higher up, escalate this, not a bot, not a robot, stop the bot, \
         representative please, agent please, manager please, operator please, human please, someone else please",
    ),
    Group(
        Wished(Label::WantsPerson, 40, 90),
        "manager, supervisor, human, representative, operator, customer service rep, person in charge",
    ),
    Group(Wished(Label::WantsPerson, 0, 60), "someone who, somebody, an agent, a person, escalat*"),
    Group(Says(Label::Apology, 85, 0), "sorry, apologi*, my apologies, our apologies, i regret, we regret, forgive"),
    Group(
        Says(Label::Apology, 50, 0),
        "for the inconvenience, any inconvenience, i understand your frustration, i understand how frustrating, \
         understand your concern, must be frustrating",
    ),
    Group(
        Says(Label::Injury, 92, -7),
        "electric shock*, electrical shock*, electrocut*, shocked me, got shocked, shocked my, zapped me, burned my, \
         burnt my, burned me, burnt me, burned myself, burns on, got burned, got burnt, was burned, was burnt, \
         caught fire, caught on fire, on fire, burst into flames, bleed*, blood, injur*, got hurt, was hurt, \
         hurt my, hurt me, hurt himself, hurt herself, cut my, cut me, broke my arm, broke my leg, emergency room, \
         hospitali*, choked, choking, explod*, explosion, scald*, concussion, stitches, unconscious, poisoned, \
         food poisoning, allergic reaction",
    ),
    Group(
        Says(Label::Injury, 60, -5),
        "smoke, smoking hot, sparks, sparking, flames, burning smell, melted, hospital, ambulance, gas leak, burn, \
         burned, burnt, burns, rash, dangerous*, safety hazard, fire hazard",
    ),
    Group(
        Says(Label::RegulatorThreat, 92, -4),
        "cfpb, consumer financial protection, better business bureau, bbb, ombudsman, ftc, fcc, \
         federal trade commission, attorney general, trading standards, financial conduct authority, \
         consumer protection, consumer affairs, state regulator, regulator, regulators, cpsc, \
         insurance commissioner, department of insurance, banking commissioner, public utilities commission, \
         report you to, reporting you to, consumer rights authority, civil aviation authority",
    ),
    Group(
        SaysBoth(Label::RegulatorThreat, Label::LegalThreat, 75, -4),
        "small claims*, report this to the authorities",
    ),
    Group(
        Says(Label::LegalThreat, 90, -4),
        "lawyer*, attorney, attorneys, sue, suing, sued, lawsuit*, legal action, take you to court, \
         see you in court, in court, to court, litigat*, legal counsel, solicitor*, class action, legal recourse, \
         legal proceedings, legal remedies, press charges",
    ),
    Group(
        Says(Label::MediaThreat, 92, -4),
        "to the press, to the media, the newspaper*, journalist*, reporter, reporters, local news, news station, \
         news outlet*, go viral, post this online, post it online, posting this online, post about this, \
         all over the internet, all over social media, tell everyone, expose you, expose this, let everyone know, \
         the whole world know",
    ),
    Group(
        Says(Label::MediaThreat, 60, -2),
        "social media, on twitter, on facebook, on tiktok, on youtube, on reddit, on instagram, trustpilot, \
         bad review, negative review, one star review, 1 star review, yelp",
    ),
    Group(Says(Label::Thanks, 90, 1), "thank you, thanks, thank u, thankyou, thx, appreciated, grateful"),
    Group(Says(Label::Thanks, 70, 1), "appreciate, cheers, much obliged"),
    Group(
        Says(Label::Promise, 80, 0),
        "call you back, get back to you, give you a call, be in touch, contact you, reach out to you, \
         follow up with you, you will receive, you'll receive, will be refunded, will be credited, \
         will be resolved, will be fixed, will be delivered, will be there, i promise, we promise, i guarantee, \
         i will make sure, i'll make sure, will be sent, will be shipped, will arrive",
    ),
    Group(Will, "will, i'll, we'll, he'll, she'll, they'll, going to, promise, guarantee, shall"),
    Group(
        Promised(30, 75),
        "within 24*, within 48*, within the hour, within an hour, hours, business days, business day, working days, \
         by tomorrow, by monday, by tuesday, by wednesday, by thursday, by friday, by the end of, tomorrow, \
         as soon as possible, shortly, email you, call you, send you, let you know, update you",
    ),
    Group(
        Says(Label::RefundDemand, 92, -3),
        "my money back, full refund, refund me, want a refund, want my refund, need a refund, demand a refund, \
         give me a refund, refund my, give me back my, return my money, reimburse me, refund immediately, \
         refund now, get a refund, where is my refund, refund us",
    ),
    Group(Wished(Label::RefundDemand, 40, 80), "refund, refunds, money back, reimburs*, compensat*, chargeback"),
    Group(
        Says(Label::Angry, 85, -8),
        "angry, furious, outrag*, livid, pissed, disgust*, pathetic, sick of, sick and tired, enough is enough, \
         how dare, idiot*, moron*, liar, liars, thieves, thief, crooks, scammers, scammer, wtf, bullshit, \
         bull shit, shit, fuck*, what the hell, go to hell, damn, goddamn, this is a joke, what a joke, \
         are you kidding, are you serious, shame on you, incompetent idiots, infuriat*, enraged, fuming, stupid",
    ),
    Group(
        Says(Label::Angry, 55, -7),
        "ridiculous, absurd, unbelievable, shameful, disgrace*, scam, scammed, scamming, crap, nonsense, insult*, \
         insane, joke of a, a joke, cheated, criminal, criminals, robbed, robbery, beyond frustrated, had enough, \
         last straw, never been so",
    ),
    Group(
        Wish,
        "want, wants, need, demand, give me, let me, get me, speak to, speak with, talk to, talk with, transfer me, \
         connect me, put me through, like to, send me, insist, require, expect, immediately, now, asking for, \
         requesting, request, bring me",
    ),
    Group(
        Denial,
        "not, no, never, n't, don't, dont, doesn't, doesnt, didn't, didnt, isn't, isnt, wasn't, wasnt, aren't, \
         can't, cant, cannot, couldn't, won't, wont, hasn't, haven't, hadn't, shouldn't, without, hardly, barely, \
         none, neither, nor, nothing, no one, nobody, rarely, ain't, far from, instead of, anything but, lack, \
         nowhere near, never once, no longer, nt",
    ),
    Group(
        More,
        "very, extremely, so, really, absolutely, totally, completely, highly, incredibly bad, such a, too, \
         utterly, beyond, truly, super, entirely, by far, deeply, severely, constantly",
    ),
    Group(
        Less,
        "somewhat, slightly, a bit, a little, kind of, sort of, maybe, might, if, could, would be, should be, \
         fairly, sometimes, occasionally, minor, wish",
    ),
    Group(But, "but, however, although, though, yet, unfortunately the, except"),
    Group(
        Nothing,
        "no problem, not only, no doubt, no thanks, no thank you, no longer a problem, why not, not sure, \
         don't know, do not know, if not, or not, whether or not, not yet, as well, as well as, so far, so that, \
         so much for, well as, like new, would like, i'd like, looks like, look like, just like, feel free, \
         problem solved, good morning, good afternoon, good evening, good day, have a great day, have a good day, \
         have a nice day, have a good one, best buy, best regards, fine print, play button, smoke detector, \
         last name, last four, last digits, last 4, last month, last week, last year, last night, last time, \
         at last, lost my card, my card lost, card lost, lost my credit card, lost credit card, credit card lost, \
         lost my phone, lost card, another credit card, lost or stolen, stolen card, late fee, late fees, \
         late payment, late payments, dead line, credit card, fast food, quick question, cool off, error code, \
         plus size, one plus, can you recommend, could you recommend, please recommend, recommend me, burn a cd, \
         burn a dvd, burn cds, burn dvds, help me, can you help, need help, please help, the, a, an, and, is, are, \
         was, i, you, it, my, me, we, this, that, to, of, in, for, on, with, what, how, when, where, why, who, can, \
         do, does, please, hi, hello, hey, yes, ok, okay, have, has, be, at, from, your, there, bye, order, \
         account, card",
    ),
];
