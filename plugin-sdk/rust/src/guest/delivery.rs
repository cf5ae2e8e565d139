//! Deliveries of `plaint:plugin/connector`: the conversion of their types.

use super::connector::{Answer, Cipher, Delivered, Delivery, Mac, Need, Progress, Request};
use crate::delivery as plain;

impl From<Delivery> for plain::Delivery {
    fn from(delivery: Delivery) -> Self {
        Self { id: delivery.id, kind: delivery.kind, attempt: delivery.attempt, body: delivery.body }
    }
}

impl From<Answer> for plain::Answer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Fetched(response) => Self::Fetched(plain::Response {
                status: response.status,
                headers: response.headers,
                body: response.body,
            }),
            Answer::Unreachable(why) => Self::Unreachable(why),
            Answer::Mac(signature) => Self::Mac(signature),
            Answer::Refused(why) => Self::Refused(why),
            Answer::Encrypted(text) => Self::Encrypted(text),
            Answer::Decrypted(text) => Self::Decrypted(text),
        }
    }
}

impl From<plain::Progress> for Progress {
    fn from(progress: plain::Progress) -> Self {
        match progress {
            plain::Progress::Ask(need, state) => Self::Ask((need.into(), state)),
            plain::Progress::Done(delivered) => Self::Done(delivered.into()),
        }
    }
}

impl From<plain::Need> for Need {
    fn from(need: plain::Need) -> Self {
        match need {
            plain::Need::Fetch(request) => Self::Fetch(Request {
                method: request.method,
                url: request.url,
                headers: request.headers,
                body: request.body,
            }),
            plain::Need::Mac(mac) => Self::Mac(Mac { secret: mac.secret, algorithm: mac.algorithm, data: mac.data }),
            plain::Need::Encrypt(cipher) => Self::Encrypt(cipher.into()),
            plain::Need::Decrypt(cipher) => Self::Decrypt(cipher.into()),
        }
    }
}

impl From<plain::Cipher> for Cipher {
    fn from(cipher: plain::Cipher) -> Self {
        Self { secret: cipher.secret, algorithm: cipher.algorithm, data: cipher.data }
    }
}

impl From<plain::Delivered> for Delivered {
    fn from(delivered: plain::Delivered) -> Self {
        match delivered {
            plain::Delivered::Delivered => Self::Delivered,
            plain::Delivered::Accepted(correlation) => Self::Accepted(correlation),
            plain::Delivered::RetryAfter(seconds) => Self::RetryAfter(seconds),
            plain::Delivered::Refused(why) => Self::Refused(why),
        }
    }
}
